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

package io.github.natskv.listener;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.testsupport.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JetStreamListener} methods that end their process.
 */
@Timeout(120)
class JetStreamListenerCrashTests {

	private static final int MESSAGES = 60;

	@Test
	void aMessageThatKillsItsProcessIsADeadLetterAndNoOtherIsLost() throws Exception {
		try (NatsServer server = NatsServer.start(); StreamTestScene scene = new StreamTestScene(server)) {
			scene.stream("s", "s.in");
			scene.stream("handled", "handled");
			scene.stream("dead", "dead");
			Set<String> wanted = new HashSet<>();
			for (int i = 0; i < MESSAGES; i++) {
				String text = (i == MESSAGES / 2) ? "crash" : "m" + i;
				scene.publish("s.in", text);
				wanted.add(text);
			}
			int crashes = 0;
			Process process = application(server);
			try {
				while (process.waitFor(1, TimeUnit.SECONDS) || !isDone(scene)) {
					if (!process.isAlive()) {
						assertThat(++crashes).isLessThanOrEqualTo((int) CrashingStreamApplication.MAX_DELIVER);
						process = application(server);
					}
				}
			}
			finally {
				process.destroyForcibly().waitFor();
			}
			assertThat(crashes).isEqualTo((int) CrashingStreamApplication.MAX_DELIVER);
			// those that were being handled when the process died have been delivered as
			// often
			Set<String> dead = read(scene, "dead");
			assertThat(dead).contains("crash").hasSizeLessThanOrEqualTo(4);
			Set<String> found = read(scene, "handled");
			assertThat(found).doesNotContain("crash").hasSizeGreaterThan(MESSAGES - 5);
			found.addAll(dead);
			assertThat(found).isEqualTo(wanted);
		}
	}

	private static boolean isDone(StreamTestScene scene) {
		return scene.count("dead") > 0 && scene.isAllAcknowledged("s", "c");
	}

	private static Process application(NatsServer server) throws IOException {
		String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
		return new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				CrashingStreamApplication.class.getName(), server.url())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	private static Set<String> read(StreamTestScene scene, String stream) {
		return StreamTestScene.get(() -> {
			Set<String> texts = new HashSet<>();
			long last = scene.management().getStreamInfo(stream).getStreamState().getLastSequence();
			for (long sequence = 1; sequence <= last; sequence++) {
				texts
					.add(new String(scene.management().getMessage(stream, sequence).getData(), StandardCharsets.UTF_8));
			}
			return texts;
		});
	}

}
