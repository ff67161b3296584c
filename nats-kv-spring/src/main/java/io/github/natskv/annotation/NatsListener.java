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
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Binds a method to NATS subjects: it is called with each message that arrives on one of
 * them. All attributes take <code>${…}</code> placeholders and <code>#{…}</code>
 * expressions.
 * <p>
 * Parameters may be the payload ({@code byte[]}, {@code String}, or any type JSON is
 * converted to; {@code @Payload} and {@code @Valid} where wanted), {@code @Header},
 * {@code @Headers}, {@code @DestinationVariable}, Spring's or jnats' {@code Message}, and
 * beans: those of this library by their type, name and qualifier as for
 * {@code @Autowired}, any other with {@code @Autowired}, {@code @Qualifier} or
 * {@code @Value}. An {@code Optional} or nullable payload is absent when the message is
 * empty.
 * <p>
 * The result of a non-void method, also in a {@code CompletableFuture}, a Reactor
 * {@code Mono} or a Spring {@code Message} with headers, answers the reply subject of the
 * message; where there is none, it goes to the method's {@code @SendTo} subject. A
 * {@code null} result answers with an empty message. A failed handler answers with the
 * headers {@code Nats-Service-Error} (a description) and {@code Nats-Service-Error-Code}:
 * 400 where the message could not be converted to the parameters or is not valid, else
 * 500.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(NatsListeners.class)
@MessageMapping
public @interface NatsListener {

	/**
	 * Subjects to listen on.
	 * @return the subjects
	 * @see #subjects()
	 */
	@AliasFor("subjects")
	String[] value() default {};

	/**
	 * Subjects to listen on. Their tokens may be {@code *} (any one token), {@code >} (at
	 * the end: one or more tokens) or <code>{name}</code> (any one token, for a
	 * {@code @DestinationVariable} parameter).
	 * @return the subjects
	 */
	@AliasFor("value")
	String[] subjects() default {};

	/**
	 * Queue group: each message goes to one of the listeners of a group, in whichever
	 * process. Without a group, every listener gets every message.
	 * @return the queue group
	 */
	String queue() default "";

	/**
	 * Id of the listener for the {@code NatsListenerRegistry} and in log messages. The
	 * default is the bean name and the method name with a dot between, where several
	 * annotations or instances share it followed by {@code #2}, {@code #3} and so on.
	 * @return the id
	 */
	String id() default "";

	/**
	 * The number of messages handled at a time; the default comes from the configuration
	 * and is 1 there. With 1, messages are handled one after another in the order they
	 * arrive; with more, side by side. A handler that returns a future or {@code Mono}
	 * counts until that completes.
	 * @return the concurrency
	 */
	String concurrency() default "";

	/**
	 * Whether the listener starts with the application ({@code true} or {@code false});
	 * the default comes from the configuration and is {@code true} there.
	 * @return whether to start with the application
	 */
	String autoStartup() default "";

	/**
	 * Bean name of the {@code ListenerErrorHandler} to call when the handler fails; the
	 * default is the only (or primary) bean of that type, if there is one.
	 * @return the bean name of the error handler
	 */
	String errorHandler() default "";

	/**
	 * Name of the connection: one of {@code nats.connections}, else a bean name; the
	 * default is the default connection.
	 * @return the name of the connection
	 */
	String connection() default "";

}
