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

package io.github.natskv.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;

/**
 * Enables {@link NatsListener}, {@link KeyValueListener} and {@link JetStreamListener}
 * methods in a Spring application without Spring Boot, which does so by itself. Placed on
 * a {@code @Configuration} class. The application declares a
 * {@link io.nats.client.Connection} bean and, for listeners on buckets,
 * {@code KeyValueBuckets}; a {@code ListenerSettings} bean changes the defaults.
 * <p>
 * Every context with listeners of its own needs the annotation: it starts, stops and owns
 * those of its own beans only.
 *
 * @since 0.1.0
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import(NatsListenerSelector.class)
public @interface EnableNats {

}
