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

import java.util.List;

import io.github.natskv.core.NatsEvent;
import io.nats.client.Connection;

/**
 * Published when a stream or a consumer was made or changed on the server by its
 * declaration.
 *
 * @param <D> the type of the definition
 * @since 0.1.0
 */
public abstract class ProvisionedEvent<D extends Definition> extends NatsEvent {

	private final transient D definition;

	private final ProvisioningAction action;

	private final transient List<OptionDifference> changes;

	ProvisionedEvent(Connection connection, D definition, ProvisioningAction action, List<OptionDifference> changes) {
		super(connection, definition.connectionName());
		this.definition = definition;
		this.action = action;
		this.changes = List.copyOf(changes);
	}

	D definition() {
		return this.definition;
	}

	/**
	 * Return where it is declared.
	 * @return the property, such as {@code nats.streams.definitions.orders}, else the
	 * listener
	 */
	public String getDeclaredBy() {
		return this.definition.declaredBy();
	}

	/**
	 * Return what was done.
	 * @return the action
	 */
	public ProvisioningAction getAction() {
		return this.action;
	}

	/**
	 * Return what was otherwise before.
	 * @return the options that were changed, none but for an update
	 */
	public List<OptionDifference> getChanges() {
		return this.changes;
	}

}
