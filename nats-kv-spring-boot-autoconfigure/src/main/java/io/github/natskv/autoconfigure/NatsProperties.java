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

	private final Embedded embedded = new Embedded();

	/**
	 * Create the properties.
	 */
	public NatsProperties() {
		super(ConnectionName.DEFAULT);
	}

	public Template getTemplate() {
		return this.template;
	}

	public Listener getListener() {
		return this.listener;
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
	public static class Template {

		/**
		 * Whether to observe what the template publishes and requests, by Micrometer.
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
		 * How long a listener that stops may take to finish what it has received.
		 */
		private Duration drainTimeout = Duration.ofSeconds(25);

		/**
		 * How long the start of the application waits until listeners on buckets have
		 * handled the initial values. Then it goes on, but the application is not
		 * reported ready until they have.
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
		 * How often to call a handler method at most for a message; 1 for no retries. A
		 * message whose payload cannot be converted or is not valid is not tried again.
		 * Retries hold up the messages behind it.
		 */
		private int maxAttempts = 1;

		/**
		 * How long to wait before the first retry.
		 */
		private Duration initialInterval = Duration.ofMillis(100);

		/**
		 * By how much each wait is longer than the one before.
		 */
		private double multiplier = 2;

		/**
		 * How long to wait before a retry at most.
		 */
		private Duration maxInterval = Duration.ofSeconds(5);

		public int getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(int maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public Duration getInitialInterval() {
			return this.initialInterval;
		}

		public void setInitialInterval(Duration initialInterval) {
			this.initialInterval = initialInterval;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxInterval() {
			return this.maxInterval;
		}

		public void setMaxInterval(Duration maxInterval) {
			this.maxInterval = maxInterval;
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
		private @Nullable String binary;

		/**
		 * Directory of the JetStream store. Default is a temporary one.
		 */
		private @Nullable String storeDir;

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

		public @Nullable String getBinary() {
			return this.binary;
		}

		public void setBinary(@Nullable String binary) {
			this.binary = binary;
		}

		public @Nullable String getStoreDir() {
			return this.storeDir;
		}

		public void setStoreDir(@Nullable String storeDir) {
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
