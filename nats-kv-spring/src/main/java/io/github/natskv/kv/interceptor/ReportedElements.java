/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natskv.kv.interceptor;

import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

/**
 * The elements of a stream, and why there are no more of them.
 *
 * @param <T> the type of the elements
 */
final class ReportedElements<T> extends Spliterators.AbstractSpliterator<T> {

	private final Spliterator<T> elements;

	private @Nullable T next;

	private @Nullable Throwable failure;

	private ReportedElements(Spliterator<T> elements) {
		super(elements.estimateSize(), elements.characteristics() & ~(Spliterator.SIZED | Spliterator.SUBSIZED));
		this.elements = elements;
	}

	/**
	 * Report how the reading of a stream ended, when it is closed.
	 * @param stream the stream
	 * @param over told what made it fail, if anything did
	 * @param <T> the type of the elements
	 * @return the stream to read
	 */
	static <T> Stream<T> of(Stream<T> stream, Consumer<@Nullable Throwable> over) {
		ReportedElements<T> elements = new ReportedElements<>(stream.spliterator());
		return StreamSupport.stream(elements, stream.isParallel())
			.onClose(stream::close)
			.onClose(() -> over.accept(elements.failure));
	}

	@Override
	public boolean tryAdvance(Consumer<? super T> action) {
		boolean more;
		try {
			more = this.elements.tryAdvance((element) -> this.next = element);
		}
		catch (RuntimeException | Error ex) {
			this.failure = ex;
			throw ex;
		}
		if (more) {
			// what this throws is not a failure of the stream
			action.accept(Objects.requireNonNull(this.next));
		}
		return more;
	}

}
