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

package io.github.natskv.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.connection.ConnectionName;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.Errors;

/**
 * Configuration properties for NATS: those of the default connection, and what all
 * connections have in common.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("nats")
public class NatsProperties extends NatsConnectionProperties {

	private static final int MAX_PORT = 65535;

	private final Template template = new Template();

	private final Listener listener = new Listener();

	private final Observation observation = new Observation();

	private final Embedded embedded = new Embedded();

	/**
	 * Create the properties.
	 */
	public NatsProperties() {
		super(ConnectionName.DEFAULT);
	}

	@Override
	public Template getTemplate() {
		return this.template;
	}

	public Listener getListener() {
		return this.listener;
	}

	public Observation getObservation() {
		return this.observation;
	}

	public Embedded getEmbedded() {
		return this.embedded;
	}

	@Override
	public void validate(Object target, Errors errors) {
		super.validate(target, errors);
		positive(errors, "listener.drainTimeout", this.listener.drainTimeout);
		notNegative(errors, "listener.snapshotTimeout", this.listener.snapshotTimeout);
		range(errors, "listener.concurrency", this.listener.concurrency, 1, Integer.MAX_VALUE);
		range(errors, "embedded.listenPort", this.embedded.listenPort, 0, MAX_PORT);
	}

	/**
	 * The template.
	 */
	public static class Template extends NatsConnectionProperties.Template {

		/**
		 * Whether to observe what templates publish and request, of all connections, by
		 * Micrometer.
		 */
		private boolean observationEnabled;

		public boolean isObservationEnabled() {
			return this.observationEnabled;
		}

		public void setObservationEnabled(boolean observationEnabled) {
			this.observationEnabled = observationEnabled;
		}

	}

	/**
	 * Observations.
	 */
	public static class Observation {

		/**
		 * Whether observations of messages write trace context ('traceparent') into their
		 * headers and read it there. To be switched off where the OpenTelemetry agent
		 * instruments jnats.
		 */
		private boolean propagationEnabled = true;

		public boolean isPropagationEnabled() {
			return this.propagationEnabled;
		}

		public void setPropagationEnabled(boolean propagationEnabled) {
			this.propagationEnabled = propagationEnabled;
		}

	}

	/**
	 * Listeners.
	 */
	public static class Listener {

		/**
		 * How many messages a listener handles at a time, unless it says otherwise. With
		 * 1 they are handled in order.
		 */
		private int concurrency = 1;

		/**
		 * Whether listeners start with the application, unless they say otherwise.
		 */
		private boolean autoStartup = true;

		/**
		 * How long a listener that stops may take to finish what it has received. A
		 * number without unit is milliseconds.
		 */
		private Duration drainTimeout = Duration.ofSeconds(25);

		/**
		 * How long the start of the application waits until listeners on buckets have
		 * handled the initial values. Then it goes on, but the application is not
		 * reported ready until they have. A number without unit is milliseconds.
		 */
		private Duration snapshotTimeout = Duration.ofSeconds(10);

		/**
		 * Whether to observe what listeners handle and reply, by Micrometer.
		 */
		private boolean observationEnabled;

		/**
		 * Subjects, wildcards included, that listeners send replies to. By default all
		 * that do not start with '$', to which no reply goes in any case.
		 */
		private List<String> replySubjects = new ArrayList<>();

		private final Retry retry = new Retry();

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		public void setAutoStartup(boolean autoStartup) {
			this.autoStartup = autoStartup;
		}

		public Duration getDrainTimeout() {
			return this.drainTimeout;
		}

		public void setDrainTimeout(Duration drainTimeout) {
			this.drainTimeout = drainTimeout;
		}

		public Duration getSnapshotTimeout() {
			return this.snapshotTimeout;
		}

		public void setSnapshotTimeout(Duration snapshotTimeout) {
			this.snapshotTimeout = snapshotTimeout;
		}

		public boolean isObservationEnabled() {
			return this.observationEnabled;
		}

		public void setObservationEnabled(boolean observationEnabled) {
			this.observationEnabled = observationEnabled;
		}

		public List<String> getReplySubjects() {
			return this.replySubjects;
		}

		public void setReplySubjects(List<String> replySubjects) {
			this.replySubjects = replySubjects;
		}

		public Retry getRetry() {
			return this.retry;
		}

	}

	/**
	 * Calling handler methods of @NatsListener again that have failed.
	 */
	public static class Retry {

		/**
		 * How often to call a handler method again for a message at most; 0 for no
		 * retries. A message whose payload cannot be converted or is not valid is not
		 * tried again. Retries hold up the messages behind it.
		 */
		private long maxRetries;

		/**
		 * How long to wait before the first retry. A number without unit is milliseconds.
		 */
		private Duration delay = Duration.ofMillis(100);

		/**
		 * By how much each wait is longer than the one before.
		 */
		private double multiplier = 2;

		/**
		 * How long to wait before a retry at most. A number without unit is milliseconds.
		 */
		private Duration maxDelay = Duration.ofSeconds(5);

		/**
		 * By how much a wait may be longer or shorter at random. A number without unit is
		 * milliseconds.
		 */
		private Duration jitter = Duration.ZERO;

		public long getMaxRetries() {
			return this.maxRetries;
		}

		public void setMaxRetries(long maxRetries) {
			this.maxRetries = maxRetries;
		}

		public Duration getDelay() {
			return this.delay;
		}

		public void setDelay(Duration delay) {
			this.delay = delay;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

		public Duration getJitter() {
			return this.jitter;
		}

		public void setJitter(Duration jitter) {
			this.jitter = jitter;
		}

	}

	/**
	 * A nats-server process for development and tests.
	 */
	public static class Embedded {

		/**
		 * Whether to start a real nats-server with JetStream on loopback and connect to
		 * it.
		 */
		private boolean enabled;

		/**
		 * Path of the nats-server binary. Default is the one on the PATH, then the one in
		 * the cache of the project's build.
		 */
		private @Nullable Path binary;

		/**
		 * Directory of the JetStream store. Default is a temporary one.
		 */
		private @Nullable Path storeDir;

		/**
		 * Port to listen on, 0 for a free one.
		 */
		private int listenPort;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable Path getBinary() {
			return this.binary;
		}

		public void setBinary(@Nullable Path binary) {
			this.binary = binary;
		}

		public @Nullable Path getStoreDir() {
			return this.storeDir;
		}

		public void setStoreDir(@Nullable Path storeDir) {
			this.storeDir = storeDir;
		}

		public int getListenPort() {
			return this.listenPort;
		}

		public void setListenPort(int listenPort) {
			this.listenPort = listenPort;
		}

	}

}
