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

package io.github.natskv.provisioning;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An option as the server keeps it: how to access it in a configuration, and which server
 * knows it.
 *
 * @param <C> the type of the configuration
 * @param <B> the type of its builder
 */
interface ServerOption<C, B> {

	OptionAccess<C, B> access();

	/**
	 * Return the name of the option in the properties.
	 * @return the name, such as {@code max-bytes}
	 */
	default String getProperty() {
		return access().property();
	}

	default void apply(B builder, C wanted) {
		access().write(builder, wanted);
	}

	// servers before that one ignore the option silently
	@Nullable String getServerVersion(C wanted);

	boolean isChangeable(C wanted, C found);

	default @Nullable OptionDifference compare(C wanted, C found) {
		Object wantedValue = access().reader().apply(wanted, wanted);
		Object foundValue = access().reader().apply(found, wanted);
		return Objects.equals(wantedValue, foundValue) ? null : new OptionDifference(getProperty(),
				Objects.toString(wantedValue, "unset"), Objects.toString(foundValue, "unset"));
	}

}
