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

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.autoconfigure.json.AutoConfigureJson;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application does with NATS, and of nothing else. The context has the
 * auto-configuration of the connection, of buckets, listeners and the template, and of
 * JSON and validation. Of the application's components it has those with listener methods
 * and those that customize NATS or JSON (codecs, converters, interceptors, error
 * handlers, {@code NatsOptionsCustomizer}s). What these need besides is to be given by
 * the test, with {@code @Import} or as mocks.
 * <p>
 * Where the server is, is said as for the application, or by {@link EmbeddedNats},
 * {@link InMemoryNats} or a {@code @ServiceConnection}.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(NatsKvTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(NatsKvTypeExcludeFilter.class)
@AutoConfigureNatsKv
@AutoConfigureJson
@ImportAutoConfiguration
public @interface NatsKvTest {

	/**
	 * Properties of the test, such as {@code nats.kv.buckets.profiles.history=5}.
	 * @return the properties, {@code key=value}
	 */
	String[] properties() default {};

	/**
	 * Whether the application's components with listener methods, and those that
	 * customize NATS or JSON, are there.
	 * @return {@code false} for only those {@link #includeFilters()} names
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Selects other components of the application that are there.
	 * @return the filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * Selects components of the application that are not there.
	 * @return the filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configuration the test does without.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
