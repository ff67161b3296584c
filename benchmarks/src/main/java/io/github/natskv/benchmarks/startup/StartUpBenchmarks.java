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

package io.github.natskv.benchmarks.startup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import io.github.natskv.benchmarks.Measurement;
import io.github.natskv.benchmarks.comparison.Comparison;
import io.github.natskv.embedded.EmbeddedNatsServer;

/**
 * Compares the start of an application that has the starter with one that has not, each
 * in a fresh process, and prints a table. Buckets exist already.
 */
public final class StartUpBenchmarks {

	private StartUpBenchmarks() {
	}

	public static void main(String[] args) throws Exception {
		Measurement<StartedApplication> cpu = new Measurement<>(StartedApplication.class, "CPU ms of a start", 0);
		Measurement<StartedApplication> wall = new Measurement<>(StartedApplication.class, "ms of a start", 0);
		int rounds = Arrays.asList(args).contains("--quick") ? 5 : 11;
		try (EmbeddedNatsServer server = Comparison.server()) {
			StartUp.of(StartedApplication.MANY_BUCKETS, server.getUrl());
			for (int round = 0; round < rounds; round++) {
				List<StartedApplication> order = new ArrayList<>(List.of(StartedApplication.values()));
				Collections.rotate(order, round);
				for (StartedApplication application : order) {
					StartUp start = StartUp.of(application, server.getUrl());
					cpu.add(application, start.cpuMillis());
					wall.add(application, start.wallMillis());
					System.err.println(application.label() + ": " + start);
				}
			}
		}
		System.out.println(Arrays.stream(StartedApplication.values())
			.map(StartedApplication::label)
			.collect(Collectors.joining(" | ", "| | ", " |")));
		System.out.println("|" + "---|".repeat(StartedApplication.values().length + 1));
		System.out.println(cpu.row());
		System.out.println(wall.row());
	}

}
