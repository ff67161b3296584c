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

import io.github.natskv.core.NatsException;
import org.jspecify.annotations.Nullable;

/**
 * A declared bucket, stream or consumer cannot be had as declared.
 *
 * @since 0.1.0
 */
public class ProvisioningException extends NatsException {

	private final transient Definition definition;

	private final String action;

	/**
	 * Create an exception.
	 * @param definition what is declared
	 * @param message what was wanted and what was found
	 * @param action what to do
	 * @param cause the cause
	 */
	public ProvisioningException(Definition definition, String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.definition = definition;
		this.action = action;
	}

	/**
	 * Return what cannot be had.
	 * @return the definition, {@code null} once the exception was serialized
	 */
	public Definition getDefinition() {
		return this.definition;
	}

	/**
	 * Return what to do.
	 * @return advice for whoever starts the application
	 */
	public String getAction() {
		return this.action;
	}

}
