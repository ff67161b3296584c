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
 * Gives the context of a test a {@code nats-server} process of its own, with JetStream,
 * on a free port of the loopback interface and with an empty store. It takes precedence
 * over {@code nats.servers}, {@code nats.embedded.enabled} and a
 * {@link io.github.natskv.autoconfigure.NatsConnectionDetails} bean of the application,
 * but not over a {@code Connection} bean; {@code nats.embedded.binary} says which program
 * is started, as in an application. Named connections are left as they are configured.
 * <p>
 * Tests that share a context (because their configuration is the same) share the server
 * and what it stores; {@link ClearBuckets} empties the buckets between them. Contexts
 * that are there at the same time never share one. The server of a closed context is used
 * again by a later one, after all its streams were deleted.
 * <p>
 * The server is a bean of type {@link io.github.natskv.embedded.EmbeddedNatsServer}, so
 * that a test can {@code stop()}, {@code kill()} and {@code restart()} it; what it stored
 * is there again after a restart. A test that stops the server has to start it again.
 * <p>
 * The login of the {@code nats.*} properties is not used. To a server that asks for one
 * by its {@link #configuration()}, give it with a
 * {@link io.github.natskv.core.NatsOptionsCustomizer} bean.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface EmbeddedNats {

	/**
	 * Further configuration in the server's own format, such as {@code max_payload: 8MB}.
	 * Such a server is not used again by other contexts.
	 * @return the text, empty by default
	 */
	String configuration() default "";

}
