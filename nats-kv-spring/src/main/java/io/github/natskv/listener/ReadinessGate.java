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

package io.github.natskv.listener;

import java.util.concurrent.CompletableFuture;

/**
 * Keeps the application from being reported ready.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ReadinessGate {

	/**
	 * A gate that is always open, for applications that report no readiness.
	 */
	ReadinessGate OPEN = (condition) -> {
	};

	/**
	 * Hold back readiness. Returns at once.
	 * @param condition what the application waits for. Readiness is given back when it
	 * completes, normally or not
	 */
	void holdUntil(CompletableFuture<Void> condition);

}
