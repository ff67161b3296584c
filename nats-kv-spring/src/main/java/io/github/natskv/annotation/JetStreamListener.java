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
 * Binds a method to the messages of a JetStream stream: at least once, by a durable
 * consumer. A message is acknowledged after the method returned, or the future it
 * returned has completed. When it fails, the message is delivered again after the backoff
 * of the consumer, until {@code max-deliver} is reached; then it goes to the
 * {@link #deadLetter()}. All attributes take <code>${…}</code> placeholders and
 * <code>#{…}</code> expressions.
 * <p>
 * Parameters are those of {@link NatsListener}, and an {@code Acknowledgment}. A
 * {@code @Header(NatsHeaders.DELIVERY_ATTEMPT)} tells how often the message has been
 * delivered. A result goes to the method's {@code @SendTo} subject, which a stream has to
 * have, before the message is acknowledged. {@code nats.listener.retry} does not apply.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(JetStreamListeners.class)
@MessageMapping
public @interface JetStreamListener {

	/**
	 * Stream to read.
	 * @return the stream
	 * @see #stream()
	 */
	@AliasFor("stream")
	String value() default "";

	/**
	 * Stream to read: its key in the configuration, else the server's name of a stream,
	 * which is waited for and never created.
	 * @return the stream
	 */
	@AliasFor("value")
	String stream() default "";

	/**
	 * Durable consumer: its key in the configuration, else its name on the server. One
	 * that is not there is made, unless the provisioning policy says otherwise. Listeners
	 * with the same consumer, in whichever process, share its messages.
	 * @return the consumer
	 */
	String consumer() default "";

	/**
	 * Whether the stream is read in order ({@code true} or {@code false}), by one thread
	 * and without a durable consumer. Messages are not acknowledged: one that fails is
	 * handled again, after the backoff, until it works; one that does not convert is
	 * passed over. Default is {@code false}.
	 * @return whether to read in order
	 */
	String ordered() default "";

	/**
	 * The position at which reading in order begins: {@code first} (the default),
	 * {@code new}, {@code last-per-subject}, a sequence or an ISO time such as
	 * {@code 2026-01-31T12:00:00Z}.
	 * @return where to begin
	 */
	String from() default "";

	/**
	 * Bucket and key, {@code bucket/key}, where reading in order keeps the sequence of
	 * the last message that was handled, and goes on after a restart. Where there is none
	 * yet, it begins at {@link #from()}.
	 * @return bucket and key
	 */
	String position() default "";

	/**
	 * Subjects of the messages, which the filters of an existing consumer have to cover;
	 * the default is all it delivers. Their tokens may be {@code *}, {@code >} or
	 * <code>{name}</code> as those of {@link NatsListener#subjects()}.
	 * @return the subjects
	 */
	String[] subjects() default {};

	/**
	 * Id of the listener for the {@code NatsListenerRegistry} and in log messages. The
	 * default is the bean name and the method name with a dot between, where several
	 * annotations or instances share it followed by {@code #2}, {@code #3} and so on.
	 * @return the id
	 */
	String id() default "";

	/**
	 * The number of messages, or batches, handled at a time; the default comes from the
	 * configuration and is 1 there.
	 * @return the concurrency
	 */
	String concurrency() default "";

	/**
	 * Text that messages have in common which are to be handled in order, such as
	 * <code>{region}</code>: variables of the subjects in braces, and any other text.
	 * Messages with different texts are handled side by side. A message that failed holds
	 * up those with the same text only.
	 * @return the text
	 */
	String orderedBy() default "";

	/**
	 * The largest number of messages that the method is given at a time, as a
	 * {@code List} of the payload or of Spring's {@code Message}.
	 * @return the size of a batch
	 */
	String batch() default "";

	/**
	 * The way messages are acknowledged: {@code auto} (the default), {@code confirmed} to
	 * wait for the server's word, or {@code manual} to do it by the
	 * {@code Acknowledgment} parameter.
	 * @return the mode
	 */
	String ack() default "";

	/**
	 * Subject for messages that could not be converted, or have been delivered
	 * {@code max-deliver} times in vain. A stream has to have it. Without one they are
	 * terminated, and logged as an error.
	 * @return the subject
	 */
	String deadLetter() default "";

	/**
	 * Whether the listener starts with the application ({@code true} or {@code false});
	 * the default comes from the configuration and is {@code true} there.
	 * @return whether to start with the application
	 */
	String autoStartup() default "";

	/**
	 * Bean name of the {@code ListenerErrorHandler} to call when the handler fails; the
	 * default is the only (or primary) bean of that type, if there is one. Whatever it
	 * does, the message is not acknowledged.
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
