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

import java.io.IOException;
import java.util.Objects;

import io.github.natskv.annotation.NatsListener;

import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * This project, as an application has it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class SpringConsumer {

	static final String NAME = "nats-kv-0";

	static final int CONCURRENCY = 16;

	public static void main(String[] args) throws IOException, InterruptedException {
		run(SpringConsumer.class, NAME, args[0]);
	}

	static void run(Class<?> application, String contestant, String url) throws IOException, InterruptedException {
		new SpringApplicationBuilder(application).bannerMode(Banner.Mode.OFF)
			.properties("nats.servers=" + url, "benchmark.contestant=" + contestant, "logging.level.root=warn")
			.run();
		Meter.start(contestant, url);
	}

	@Bean
	Listeners listeners() {
		return new Listeners();
	}

	static class Listeners {

		@NatsListener("${benchmark.contestant}.bytes")
		void bytes(byte[] payload) {
			Objects.requireNonNull(payload);
			Meter.count();
		}

		@NatsListener("${benchmark.contestant}.json")
		void json(Order order) {
			Objects.requireNonNull(order);
			Meter.count();
		}

		@NatsListener(subjects = "${benchmark.contestant}.json16", concurrency = "" + CONCURRENCY)
		void json16(Order order) {
			Objects.requireNonNull(order);
			Meter.countConcurrently();
		}

		@NatsListener("${benchmark.contestant}.echo")
		byte[] echo(byte[] payload) {
			return payload;
		}

	}

	record Order(String id, String customer, int quantity, double price, boolean express) {
	}

}
