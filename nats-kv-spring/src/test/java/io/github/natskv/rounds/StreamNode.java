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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.github.natskv.annotation.EnableNats;
import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.listener.StreamListenerSettings;
import io.github.natskv.testsupport.NetworkProxy;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application that listens, and the network between it and the servers.
 */
final class StreamNode implements AutoCloseable {

	private static final String ID = "work";

	private final List<NetworkProxy> networks;

	private final StreamLog log;

	private final Random random;

	private AnnotationConfigApplicationContext context;

	StreamNode(RoundServers servers, StreamLog log, Random random) {
		this.networks = servers.networks(Duration.ZERO);
		this.log = log;
		this.random = random;
		start();
	}

	List<NetworkProxy> networks() {
		return this.networks;
	}

	void start() {
		AnnotationConfigApplicationContext started = new AnnotationConfigApplicationContext();
		started.register(Application.class);
		started.registerBean(Connection.class, this::connect);
		started.registerBean(StreamLog.class, () -> this.log);
		started.registerBean(Worker.class, () -> new Worker(this.log, this.random));
		started.refresh();
		this.context = started;
	}

	private Connection connect() {
		try {
			return Nats.connect(Options.builder()
				.servers(this.networks.stream().map(NetworkProxy::url).toArray(String[]::new))
				.reconnectBufferSize(0)
				.reconnectWait(Duration.ofMillis(50))
				.connectionTimeout(Duration.ofSeconds(2))
				.pingInterval(Duration.ofSeconds(1))
				.maxReconnects(-1)
				.build());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	String status() {
		return this.context.getBean(NatsListenerRegistry.class).status(ID).toString();
	}

	void pause() {
		this.context.getBean(NatsListenerRegistry.class).pause(ID);
	}

	void resume() {
		this.context.getBean(NatsListenerRegistry.class).resume(ID);
	}

	void stop() {
		this.context.close();
	}

	@Override
	public void close() throws Exception {
		stop();
		for (NetworkProxy network : this.networks) {
			network.close();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class Application {

		@Bean
		PayloadConverter payloadConverter() {
			return new PayloadConverter(new JacksonPayloadFormat(new JsonMapper()));
		}

		@Bean
		StreamListenerSettings streamListenerSettings() {
			return new StreamListenerSettings(List.of(Duration.ofMillis(20), Duration.ofMillis(100)), 20);
		}

	}

	/**
	 * Handles messages, and fails at random.
	 */
	static final class Worker {

		private final StreamLog log;

		private final Random random;

		Worker(StreamLog log, Random random) {
			this.log = log;
			this.random = random;
		}

		@JetStreamListener(id = ID, stream = StreamRound.STREAM, consumer = StreamRound.CONSUMER,
				subjects = "work.{key}", concurrency = "4", orderedBy = "{key}", deadLetter = StreamRound.DEAD)
		void on(Integer number) throws InterruptedException {
			int luck;
			synchronized (this.random) {
				luck = this.random.nextInt(1000);
			}
			// longer than the ack wait
			Thread.sleep((luck < 2) ? 1500 : luck % 4);
			if (luck >= 980) {
				this.log.failed(number);
				throw new IllegalStateException("failing at random");
			}
			this.log.handled(number);
		}

	}

}
