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

package io.github.natskv.autoconfigure;

import java.time.Instant;
import java.util.List;

import io.github.natskv.autoconfigure.NatsKeyValueProperties.SubjectMapping;
import org.jspecify.annotations.Nullable;

/**
 * The properties that origins of buckets and of streams have in common.
 *
 * @since 0.1.0
 */
public interface NatsOriginProperties {

	/**
	 * Return which bucket or stream it is.
	 * @return the server's name
	 */
	@Nullable String origin();

	/**
	 * Return where to begin.
	 * @return the sequence of the first message, {@code null} for the first there is
	 */
	@Nullable Long start();

	@Nullable String domain();

	@Nullable String apiPrefix();

	@Nullable String deliverPrefix();

	@Nullable String filterSubject();

	@Nullable Instant startTime();

	List<SubjectMapping> subjectTransforms();

}
