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
 * Lets a test do without a server: messages and buckets of the default connection stay in
 * memory. Named connections are left as they are configured.
 * <p>
 * Each message that is published or requested, with the {@code NatsTemplate} or the
 * {@code Connection}, goes straight to the listeners whose subjects match: arguments,
 * conversion, validation, retries, interceptors, error handlers and replies are those of
 * the application. Each listener handles in a thread of its own, as on a server; but
 * {@code publish} returns when what was published has been handled, with what the
 * handlers published in turn, unless it takes longer than 10 seconds, the listener has a
 * {@code concurrency} above 1, or it is a handler that publishes. Of a queue group, the
 * listener that was there first gets the message.
 * <p>
 * Each bucket of the configuration is an {@link InMemoryKeyValueBucket} with its options,
 * shared by the tests of a context ({@link ClearBuckets} empties them); one that mirrors
 * others or has sources is not filled from them, and takes writes. Their time is that of
 * a {@link MutableClock} bean, else of the only {@link java.time.InstantSource} bean,
 * else the system's. They drive {@code @KeyValueListener} methods, each in a thread of
 * its own, as on a server.
 * <p>
 * This goes before a {@code Connection} bean of the application. Everything else of the
 * {@code Connection}, JetStream for example, throws an
 * {@link UnsupportedOperationException}; such tests need {@link EmbeddedNats}.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface InMemoryNats {

}
