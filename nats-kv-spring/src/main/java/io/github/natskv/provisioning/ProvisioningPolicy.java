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

/**
 * The policy for a bucket, stream or consumer that is missing on the server, or differs
 * from its declaration.
 *
 * @since 0.1.0
 */
public enum ProvisioningPolicy {

	/**
	 * Make what is missing; where an existing one differs, log a warning and use it as it
	 * is.
	 */
	CREATE,

	/**
	 * Make what is missing, and change the declared options of an existing one that
	 * differs. What the server does not allow to change fails start-up.
	 */
	UPDATE,

	/**
	 * Change nothing; what is missing or differs fails start-up.
	 */
	VALIDATE,

	/**
	 * Use it as it is, without asking the server.
	 */
	NONE;

	/**
	 * Return whether what is missing is made.
	 * @return whether it is
	 */
	public boolean creates() {
		return this == CREATE || this == UPDATE;
	}

}
