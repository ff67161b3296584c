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
 * Calls of handler methods: arguments, results, retry, interceptors and observation, and
 * the life cycle of their containers. Used by the containers of subjects, buckets and
 * streams alike. Internal: may change without notice. Start with
 * {@link io.github.natskv.listener.invocation.ListenerMethod}, for the life cycle with
 * {@link io.github.natskv.listener.invocation.AbstractListenerContainer}.
 */
@NullMarked
package io.github.natskv.listener.invocation;

import org.jspecify.annotations.NullMarked;
