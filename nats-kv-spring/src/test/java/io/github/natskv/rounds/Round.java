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

package io.github.natskv.rounds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.github.natskv.testsupport.NatsServer;
import io.github.natskv.testsupport.NetworkProxy;

/**
 * Applications on servers of their own, while {@linkplain RoundFault faults} happen.
 */
interface Round extends AutoCloseable {

	/**
	 * Play it.
	 * @return the promises that were broken, a sentence each
	 */
	List<String> play() throws Exception;

	/** Figures for the report. */
	String figures();

	RoundServers servers();

	/** The stream whose leader faults look for. */
	String stream();

	/** The networks of some applications, or of all. */
	List<NetworkProxy> networks(Random random);

	/** The usual round trip through these networks. */
	default Duration roundTrip() {
		return Duration.ZERO;
	}

	/** How long servers and networks fail at most. */
	default Duration outage() {
		return Duration.ofSeconds(2);
	}

	/** Restart a server that was killed. */
	default void restart(NatsServer server) throws Exception {
		server.restart();
	}

	/** The subject that has another server become the leader. */
	default String stepDown(Random random) {
		return "$JS.API.STREAM.LEADER.STEPDOWN." + stream();
	}

	/** At least one of them. */
	static <T> List<T> some(List<T> all, Random random) {
		List<T> shuffled = new ArrayList<>(all);
		Collections.shuffle(shuffled, random);
		return shuffled.subList(0, 1 + random.nextInt(all.size()));
	}

}
