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

package io.github.natskv.connection;

import java.util.function.Supplier;

import io.github.natskv.core.NatsException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A secret that is asked for again at each attempt to connect. Where that fails, or finds
 * none, the last one serves.
 *
 * @param <T> the type of the secret
 */
public final class LastGood<T> implements Supplier<T> {

	private static final Log logger = LogFactory.getLog(LastGood.class);

	private final ConnectionName connection;

	private final Supplier<? extends @Nullable T> source;

	private T last;

	private @Nullable String reported;

	public LastGood(ConnectionName connection, T first, Supplier<? extends @Nullable T> source) {
		this.connection = connection;
		this.source = source;
		this.last = first;
	}

	@Override
	public synchronized T get() {
		try {
			T current = this.source.get();
			if (current != null) {
				this.last = current;
				this.reported = null;
			}
		}
		catch (RuntimeException ex) {
			report(ex);
		}
		return this.last;
	}

	synchronized T last() {
		return this.last;
	}

	// The exceptions of others may quote the secret
	private void report(RuntimeException exception) {
		String problem = (exception instanceof NatsException) ? String.valueOf(exception.getMessage())
				: exception.getClass().getName();
		if (!problem.equals(this.reported)) {
			this.reported = problem;
			logger.warn("%sThe login cannot be read again, going on with the last one: %s"
				.formatted(this.connection.logPrefix(), problem));
		}
	}

}
