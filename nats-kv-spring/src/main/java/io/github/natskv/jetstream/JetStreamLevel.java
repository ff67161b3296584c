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

package io.github.natskv.jetstream;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.AccountStatistics;
import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * The API level of the JetStream behind a connection. In mixed clusters and at leaf nodes
 * that is not what the connected server can do, so JetStream is asked for its API level
 * (ADR-8, ADR-44), once for each time the connection is made. Where that is denied or
 * unanswered, the version of the connected server counts.
 */
public final class JetStreamLevel {

	private static final Duration PATIENCE = Duration.ofMillis(250);

	private static final long STEP_MILLIS = 5;

	/** The first version with an API level, and the versions that raised it. */
	private static final String[] RAISED = { "2.11.0", "2.12.0", "2.12.0", "2.14.0", "2.15.0" };

	private static final Map<Connection, JetStreamLevel> known = new WeakHashMap<>();

	private final String prefix;

	private final ServerInfo connected;

	private final @Nullable Integer level;

	private final Map<String, Boolean> versions = new ConcurrentHashMap<>();

	private JetStreamLevel(String prefix, ServerInfo connected, @Nullable Integer level) {
		this.prefix = prefix;
		this.connected = connected;
		this.level = level;
	}

	/**
	 * Return the level of a JetStream. Asks it at most once for each time the connection
	 * is made, and waits for no longer than 250 ms.
	 * @param prefix the prefix of its API, with a dot at the end
	 */
	public static JetStreamLevel of(Connection connection, String prefix) {
		ServerInfo connected = connection.getServerInfo();
		synchronized (known) {
			JetStreamLevel level = known.get(connection);
			if (level != null && level.isOf(prefix, connected)) {
				return level;
			}
		}
		JetStreamLevel level = new JetStreamLevel(prefix, connected, ask(connection, prefix));
		synchronized (known) {
			known.put(connection, level);
		}
		return level;
	}

	private boolean isOf(String prefix, ServerInfo connected) {
		return this.prefix.equals(prefix) && this.connected.getClientId() == connected.getClientId()
				&& Objects.equals(this.connected.getServerId(), connected.getServerId());
	}

	private static @Nullable Integer ask(Connection connection, String prefix) {
		long errors = connection.getStatistics().getErrs();
		long start = System.nanoTime();
		try {
			CompletableFuture<Message> answer = connection.request(prefix + "INFO", null);
			// a denial is reported apart from the request
			while (System.nanoTime() - start < PATIENCE.toNanos() && connection.getStatistics().getErrs() == errors) {
				try {
					return level(answer.get(STEP_MILLIS, TimeUnit.MILLISECONDS));
				}
				catch (TimeoutException ex) {
					// not yet
				}
			}
			answer.cancel(true);
		}
		catch (ExecutionException | RuntimeException ex) {
			// as if it was not answered
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return null;
	}

	private static @Nullable Integer level(@Nullable Message answer) {
		if (answer == null || answer.isStatusMessage()) {
			return null;
		}
		AccountStatistics account = new AccountStatistics(answer);
		return account.hasError() ? null : account.getApi().getLevel();
	}

	/**
	 * Whether what came with a version of nats-server is there.
	 * @return whether JetStream has it
	 */
	public boolean has(String version) {
		Boolean known = this.versions.get(version);
		return (known != null) ? known : this.versions.computeIfAbsent(version, this::find);
	}

	private boolean find(String version) {
		Integer level = this.level;
		if (level == null) {
			return this.connected.isSameOrNewerThanVersion(version);
		}
		int needed = levelOf(version);
		return (needed > 0) ? level >= needed : level > 0 || this.connected.isSameOrNewerThanVersion(version);
	}

	/**
	 * Return the version that is missing of what came with patches to several lines of
	 * versions. The API level tells the line only, so the patch is that of a server.
	 * @param server the version of the server that matters, {@code null} for the
	 * connected one
	 * @param patches the first version of each line that has it, by ascending version
	 * @return the version of the line, {@code null} if it is there
	 */
	public @Nullable String missing(@Nullable String server, String... patches) {
		Integer level = this.level;
		if (level != null && level < levelOf(patches[0])) {
			return patches[0];
		}
		String newest = patches[patches.length - 1];
		if (level != null && level > levelOf(newest)) {
			return null;
		}
		String found = release((server != null) ? server : this.connected.getVersion());
		String needed = Arrays.stream(patches)
			.filter((patch) -> compare(line(found), line(patch)) <= 0)
			.findFirst()
			.orElse(newest);
		return (compare(found, needed) >= 0) ? null : needed;
	}

	private static String line(String version) {
		return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
	}

	private static String release(String version) {
		return version.replaceAll("[^0-9.].*", "");
	}

	private static int levelOf(String version) {
		int level = 0;
		for (int i = 0; i < RAISED.length; i++) {
			if (compare(version, RAISED[i]) >= 0) {
				level = i + 1;
			}
		}
		return level;
	}

	private static int compare(String one, String other) {
		return Arrays.compare(numbers(one), numbers(other));
	}

	private static int[] numbers(String version) {
		return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
	}

	/**
	 * Describe what was found, for messages.
	 * @return the version of the connected server and, where it tells more, the API level
	 */
	@Override
	public String toString() {
		Integer level = this.level;
		boolean differs = level != null && level != levelOf(release(this.connected.getVersion()));
		return this.connected.getVersion() + (differs ? " and JetStream behind it has API level " + level : "");
	}

}
