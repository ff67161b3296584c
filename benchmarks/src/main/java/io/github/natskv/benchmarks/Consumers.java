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

package io.github.natskv.benchmarks;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

import io.nats.client.Connection;

/**
 * The processes of one round.
 */
final class Consumers implements AutoCloseable {

	private final Map<Contestant, ConsumerProcess> processes = new EnumMap<>(Contestant.class);

	Consumers(Connection connection) throws Exception {
		try {
			for (Contestant contestant : Contestant.values()) {
				this.processes.put(contestant, ConsumerProcess.start(contestant, connection));
			}
		}
		catch (Exception ex) {
			close();
			throw ex;
		}
	}

	ConsumerProcess get(Contestant contestant) {
		return Objects.requireNonNull(this.processes.get(contestant));
	}

	@Override
	public void close() throws InterruptedException {
		for (ConsumerProcess process : this.processes.values()) {
			process.close();
		}
	}

}
