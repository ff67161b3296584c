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

package io.github.natskv.autoconfigure.connection;

import java.util.List;

import io.github.natskv.autoconfigure.NatsConnectionProperties;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.core.PublishInterceptor;
import io.nats.client.Connection;

/**
 * Makes the templates of all connections.
 *
 * @param payloadConverter converts what is sent and received
 * @param interceptors what is called around publishing
 */
record NatsTemplateFactory(PayloadConverter payloadConverter, List<PublishInterceptor> interceptors) {

	NatsTemplate create(Connection connection, NatsConnectionProperties properties) {
		return new NatsTemplate(connection, this.payloadConverter, properties.getRequestTimeout(), this.interceptors);
	}

}
