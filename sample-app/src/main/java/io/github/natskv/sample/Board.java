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

package io.github.natskv.sample;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.core.NatsConnectionEvent;
import io.github.natskv.kv.BucketEntry;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The rows of the page: what the bucket holds, kept by a watch and pushed to the
 * browsers.
 */
@Component
class Board {

	private final Connection connection;

	private final Browsers browsers;

	private final Map<String, Row> rows = new TreeMap<>();

	Board(Connection connection, Browsers browsers) {
		this.connection = connection;
		this.browsers = browsers;
	}

	// the present entries first, then every change, whatever happens to the server
	@KeyValueListener(bucket = "bucket")
	synchronized void on(BucketEntry<String> change) {
		Row row = Row.of(change);
		if (change.value() != null) {
			this.rows.put(change.key(), row);
		}
		else {
			this.rows.remove(change.key());
		}
		this.browsers.send("change", row);
	}

	@EventListener
	void on(NatsConnectionEvent event) {
		this.browsers.send("connection", status());
	}

	synchronized SseEmitter open() {
		return this.browsers.open(Map.of("board", List.copyOf(this.rows.values()), "connection", status()));
	}

	private ConnectionState status() {
		return new ConnectionState(this.connection.getStatus().name(),
				this.connection.getStatus() == Connection.Status.CONNECTED);
	}

	/**
	 * The state of the connection to NATS.
	 *
	 * @param status the status of jnats
	 * @param connected whether it is connected
	 */
	record ConnectionState(String status, boolean connected) {

	}

	/**
	 * One revision of a key, as the page shows it.
	 *
	 * @param key the key
	 * @param value the value, {@code null} for a deletion
	 * @param revision the revision
	 * @param operation what was done
	 * @param created when, {@code null} where the server does not say
	 */
	record Row(String key, @Nullable String value, long revision, String operation, @Nullable String created) {

		static Row of(BucketEntry<String> entry) {
			return new Row(entry.key(), entry.value(), entry.revision(), entry.operation().name(),
					(entry.created() != null) ? entry.created().toString() : null);
		}

		static List<Row> newestFirst(List<BucketEntry<String>> entries) {
			return entries.stream().map(Row::of).sorted(Comparator.comparingLong(Row::revision).reversed()).toList();
		}

	}

}
