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
 * Binds a method to the changes of a bucket: it is called with the values there are and
 * then with every change, one at a time. Whatever happens to the connection, the server
 * or the bucket, it ends up having seen the last state of every key, deletions included.
 * All text attributes take <code>${…}</code> placeholders and <code>#{…}</code>
 * expressions.
 * <p>
 * Parameters may be the {@code BucketEntry<T>}, the value itself ({@code null} or an
 * empty {@code Optional} for a deletion), jnats' {@code KeyValueEntry} ({@code null} for
 * an inferred deletion, which the server does not have), the {@code KeyValueOperation},
 * {@code @DestinationVariable} for <code>{name}</code> tokens of the keys, and beans as
 * for {@link NatsListener}. Nothing takes the result of the method; it may be
 * {@code void}, or a {@code CompletableFuture} or Reactor {@code Mono}, whose completion
 * is waited for before the next change.
 * <p>
 * A method that takes a {@code List<BucketEntry<T>>} gets in one call those writes of a
 * transaction that match its keys and that the bucket still had when they were read; any
 * other change as a list of one.
 * <p>
 * A change whose handler throws is offered again, three times with growing pauses. Then,
 * and at once where the value does not decode, it goes to the
 * {@code ListenerErrorHandler}, or into the log where there is none, and the listener
 * goes on with the next change.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(KeyValueListeners.class)
@MessageMapping
public @interface KeyValueListener {

	/**
	 * Bucket to watch.
	 * @return the bucket
	 * @see #bucket()
	 */
	@AliasFor("bucket")
	String value() default "";

	/**
	 * Bucket to watch: its key in the configuration, else the server's name of a bucket,
	 * which is waited for and never created.
	 * @return the bucket
	 */
	@AliasFor("value")
	String bucket() default "";

	/**
	 * Keys to watch; the default is all. Their tokens may be {@code *} (any one token),
	 * {@code >} (at the end: one or more tokens) or <code>{name}</code> (any one token,
	 * for a {@code @DestinationVariable} parameter). Two must not match the same key.
	 * @return the keys
	 */
	String[] keys() default ">";

	/**
	 * Whether the values the bucket has when the listener starts are handled first, for
	 * which the start of the application waits. Otherwise the listener starts with the
	 * next change.
	 * @return whether to handle the values there are
	 */
	boolean initialValues() default true;

	/**
	 * Whether the older revisions the bucket keeps are handled, too.
	 * @return whether to include older revisions
	 */
	boolean includeHistory() default false;

	/**
	 * Whether deletions are left out.
	 * @return whether to leave out deletions
	 */
	boolean ignoreDeletes() default false;

	/**
	 * Id of the listener for the {@code NatsListenerRegistry} and in log messages. The
	 * default is the bean name and the method name with a dot between, where several
	 * annotations or instances share it followed by {@code #2}, {@code #3} and so on.
	 * @return the id
	 */
	String id() default "";

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
