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

package io.github.natskv.test.devtools;

import java.net.URL;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.ApplicationContext;

/**
 * An application that DevTools restarts once. Each time it names the class loader, the
 * process of the embedded server, and the value it found.
 */
@SpringBootApplication
public class RestartingApplication {

	public static void main(String[] arguments) {
		URL classes = RestartingApplication.class.getProtectionDomain().getCodeSource().getLocation();
		// what restarts is the application, not the libraries
		Restarter.initialize(arguments, (thread) -> new URL[] { classes });
		ApplicationContext context = new SpringApplicationBuilder(RestartingApplication.class)
			.web(WebApplicationType.NONE)
			.run(arguments);
		KeyValueBucket<String> bucket = context.getBean(KeyValueBuckets.class).bucket("receipts", String.class);
		String value = bucket.get("key");
		System.out.println("started " + System.identityHashCode(RestartingApplication.class.getClassLoader()) + " "
				+ context.getBean(EmbeddedNatsServer.class).getPid() + " " + value);
		if (value == null) {
			bucket.put("key", "kept");
			Restarter.getInstance().restart();
		}
	}

}
