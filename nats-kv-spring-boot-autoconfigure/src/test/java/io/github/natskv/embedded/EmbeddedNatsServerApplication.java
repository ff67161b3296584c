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

package io.github.natskv.embedded;

import java.nio.file.Path;

/**
 * An application with two servers, one on a given store directory and one on a temporary
 * one, that names the process of the first and the files of the second and then does
 * nothing.
 */
public final class EmbeddedNatsServerApplication {

	private EmbeddedNatsServerApplication() {
	}

	public static void main(String[] arguments) throws InterruptedException {
		Path store = Path.of(arguments[0]);
		try (EmbeddedNatsServer server = EmbeddedNatsServerTests.builder().storeDirectory(store).start();
				EmbeddedNatsServer temporary = EmbeddedNatsServerTests.builder().start()) {
			System.out.println(server.getPid());
			System.out.println(EmbeddedNatsServerTests.runDirectory(temporary));
			Thread.currentThread().join();
		}
	}

}
