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

package io.github.natskv.autoconfigure.openfeature;

import dev.openfeature.sdk.NoOpProvider;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.exceptions.OpenFeatureError;
import io.github.natskv.openfeature.BucketFlagProvider;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Makes a provider that of OpenFeature's API, before listeners and web servers start, and
 * gives its place back at the end.
 */
class FeatureProviderRegistration implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(FeatureProviderRegistration.class);

	private final OpenFeatureAPI api;

	private final BucketFlagProvider provider;

	private final @Nullable String domain;

	private final boolean waiting;

	private volatile boolean running;

	FeatureProviderRegistration(OpenFeatureAPI api, BucketFlagProvider provider, @Nullable String domain,
			boolean waiting) {
		this.api = api;
		this.provider = provider;
		this.domain = (domain != null && !domain.isEmpty()) ? domain : null;
		this.waiting = waiting;
	}

	@Override
	public void start() {
		this.running = true;
		try {
			register();
		}
		catch (OpenFeatureError ex) {
			logger.warn("The application starts with the defaults of its flags. " + ex.getMessage());
		}
	}

	private void register() {
		if (this.domain == null) {
			if (this.waiting) {
				this.api.setProviderAndWait(this.provider);
			}
			else {
				this.api.setProvider(this.provider);
			}
		}
		else if (this.waiting) {
			this.api.setProviderAndWait(this.domain, this.provider);
		}
		else {
			this.api.setProvider(this.domain, this.provider);
		}
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.domain != null) {
			if (this.api.getProvider(this.domain) == this.provider) {
				this.api.setProvider(this.domain, new NoOpProvider());
			}
		}
		else if (this.api.getProvider() == this.provider) {
			this.api.setProvider(new NoOpProvider());
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	// ahead of listeners, whose handlers may ask for flags
	@Override
	public int getPhase() {
		return Integer.MIN_VALUE + 1000;
	}

}
