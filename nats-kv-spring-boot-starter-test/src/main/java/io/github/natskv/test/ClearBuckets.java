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

package io.github.natskv.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Empties the buckets of the test's context before a test method, or before each of a
 * class: those of the default connection that are declared in the configuration or by
 * {@code KeyValueConfiguration} beans, with all revisions and deletion markers, in one
 * request to the server each. Works on every kind of server, so <strong>do not use it
 * where the buckets are not the test's own</strong>.
 * <p>
 * Revisions go on, they do not start over. A {@code @KeyValueListener} gets a deletion
 * (with revision 0, {@code BucketEntry.inferred()}) of each key it has seen, and has
 * handled it when the test method begins, unless it was stopped or paused before. A watch
 * of a server's bucket that was opened in code is not told before it loses touch with the
 * server the next time.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface ClearBuckets {

}
