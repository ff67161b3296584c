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

package io.github.natskv.kv;

import org.springframework.dao.InvalidDataAccessResourceUsageException;

/**
 * A request for a feature that the connected server, or the bucket as it is configured
 * there, cannot do. Nothing was sent.
 *
 * @since 0.1.0
 */
public class UnsupportedServerFeatureException extends InvalidDataAccessResourceUsageException {

	private final String feature;

	private final String requiredVersion;

	private final String foundVersion;

	/**
	 * Create an exception for a server that is too old.
	 * @param feature what was asked for
	 * @param requiredVersion the first version of nats-server that has it
	 * @param foundVersion the version of the connected server
	 */
	public UnsupportedServerFeatureException(String feature, String requiredVersion, String foundVersion) {
		this(feature, requiredVersion, foundVersion, "%s needs nats-server %s or newer, but the connected server is %s"
			.formatted(feature, requiredVersion, foundVersion));
	}

	/**
	 * Create an exception with another explanation.
	 * @param feature what was asked for
	 * @param requiredVersion the first version of nats-server that has it
	 * @param foundVersion the version of the connected server
	 * @param message what is missing and what to do about it
	 */
	protected UnsupportedServerFeatureException(String feature, String requiredVersion, String foundVersion,
			String message) {
		super(message);
		this.feature = feature;
		this.requiredVersion = requiredVersion;
		this.foundVersion = foundVersion;
	}

	/**
	 * Return what was asked for.
	 * @return the feature
	 */
	public String getFeature() {
		return this.feature;
	}

	/**
	 * Return the first version of nats-server that has the feature.
	 * @return the version
	 */
	public String getRequiredVersion() {
		return this.requiredVersion;
	}

	/**
	 * Return the version of the connected server.
	 * @return the version
	 */
	public String getFoundVersion() {
		return this.foundVersion;
	}

}
