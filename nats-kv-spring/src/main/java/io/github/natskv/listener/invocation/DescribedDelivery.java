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

package io.github.natskv.listener.invocation;

import io.github.natskv.listener.ListenerDelivery;

/**
 * A delivery as interceptors and error handlers see it.
 */
final class DescribedDelivery implements ListenerDelivery {

	private final String listenerId;

	private final String subject;

	private final Object source;

	DescribedDelivery(String listenerId, String subject, Object source) {
		this.listenerId = listenerId;
		this.subject = subject;
		this.source = source;
	}

	@Override
	public String getListenerId() {
		return this.listenerId;
	}

	@Override
	public String getSubject() {
		return this.subject;
	}

	@Override
	public Object getSource() {
		return this.source;
	}

}
