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

/**
 * Annotations that bind methods to subjects, streams and buckets, or to the leader. They
 * carry values only and use nothing of the other packages; {@code listener.config} and
 * {@code lock} read them, by {@link io.github.natskv.annotation.AnnotatedTypes} only
 * where there may be some. Start with {@link io.github.natskv.annotation.NatsListener}.
 */
@NullMarked
package io.github.natskv.annotation;

import org.jspecify.annotations.NullMarked;
