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

import java.util.Objects;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.core.NatsConnections;
import io.github.natskv.core.NatsEvent;
import io.github.natskv.health.FeatureProblem;
import io.github.natskv.provisioning.BucketProvisionedEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationListener;

/**
 * Checks that the bucket of a feature can do what the feature is configured for: at the
 * start, which fails if it cannot, and with each connection and provisioning after it,
 * when it is a problem for health.
 */
public abstract class BucketCheck
		implements SmartInitializingSingleton, ApplicationListener<NatsEvent>, FeatureProblem {

	private static final Log logger = LogFactory.getLog(BucketCheck.class);

	private final @Nullable String connection;

	private final String bucket;

	private volatile boolean started;

	private volatile @Nullable String problem;

	/**
	 * Create a check.
	 * @param connection the name of the connection, {@code null} for the default one
	 * @param bucket the name of the bucket on the server
	 */
	protected BucketCheck(@Nullable String connection, String bucket) {
		this.connection = connection;
		this.bucket = bucket;
	}

	/**
	 * Ask the server.
	 * @throws InvalidNatsPropertyException if the bucket cannot do it
	 */
	protected abstract void check();

	/**
	 * Ask the server at the start.
	 * @return whether to ask again later
	 */
	protected boolean checkAtStart() {
		if (!TrainingRun.isActive()) {
			check();
		}
		return true;
	}

	/**
	 * Return what follows from a problem.
	 * @return a sentence for the log
	 */
	protected abstract String consequence();

	@Override
	public final void afterSingletonsInstantiated() {
		this.started = checkAtStart();
	}

	@Override
	public final void onApplicationEvent(NatsEvent event) {
		if (this.started && isAboutBucket(event)) {
			try {
				check();
				this.problem = null;
			}
			catch (InvalidNatsPropertyException ex) {
				report(String.valueOf(ex.getMessage()));
			}
		}
	}

	private boolean isAboutBucket(NatsEvent event) {
		boolean here = event.getConnectionName()
			.equals(Objects.requireNonNullElse(this.connection, NatsConnections.DEFAULT));
		return here && ((event instanceof NatsConnectionEvent change
				&& change.getKind() != NatsConnectionEvent.Kind.DISCONNECTED)
				|| (event instanceof BucketProvisionedEvent provisioned
						&& provisioned.getBucketName().equals(this.bucket)));
	}

	private void report(String text) {
		if (!text.equals(this.problem)) {
			logger.warn(text + " " + consequence());
		}
		this.problem = text;
	}

	@Override
	public final @Nullable String connection() {
		return this.connection;
	}

	@Override
	public final @Nullable String problem() {
		return this.problem;
	}

}
