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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsOperations;
import io.github.natskv.testsupport.NatsServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners beside a real web server.
 */
@Timeout(60)
class WebServerTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private static final HttpClient http = HttpClient.newHttpClient();

	@Test
	void listenersRunWhenTheWebServerTakesItsFirstRequest() {
		try (AnnotationConfigServletWebServerApplicationContext context = start()) {
			assertThat(context.getBean(Application.class).first).isEqualTo("asked: work done");
		}
	}

	@Test
	void requestsAndMessagesInFlightAreFinishedByEachOthersHelp() throws Exception {
		AnnotationConfigServletWebServerApplicationContext context = start();
		Application application = context.getBean(Application.class);
		NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
		CountDownLatch release = new CountDownLatch(1);
		application.release = release;
		CompletableFuture<String> response = CompletableFuture.supplyAsync(() -> get(application.port, "/ask"));
		assertThat(application.entered.await(10, TimeUnit.SECONDS)).isTrue();
		Thread closing = new Thread(context::close);
		closing.start();
		await().until(() -> !registry.isRunning("work"));
		release.countDown();
		assertThat(response.get(20, TimeUnit.SECONDS)).isEqualTo("asked: work done with help");
		closing.join(Duration.ofSeconds(20).toMillis());
		assertThat(closing.isAlive()).isFalse();
	}

	private static AnnotationConfigServletWebServerApplicationContext start() {
		AnnotationConfigServletWebServerApplicationContext context = new AnnotationConfigServletWebServerApplicationContext();
		TestPropertyValues.of("nats.servers=" + server.url()).applyTo(context);
		context.register(NatsAutoConfiguration.class, NatsListenerAutoConfiguration.class, Application.class);
		context.refresh();
		return context;
	}

	private static String get(int port, String path) {
		try {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
				.timeout(Duration.ofSeconds(20))
				.build();
			return http.send(request, BodyHandlers.ofString()).body();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		final CountDownLatch entered = new CountDownLatch(1);

		volatile CountDownLatch release;

		volatile int port;

		volatile String first;

		@Bean
		TomcatServletWebServerFactory webServerFactory() {
			TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
			factory.setShutdown(Shutdown.GRACEFUL);
			return factory;
		}

		@Bean
		AskingServlet servlet(NatsOperations nats) {
			return new AskingServlet(nats);
		}

		@EventListener
		void on(WebServerInitializedEvent event) {
			this.port = event.getWebServer().getPort();
			this.first = get(this.port, "/ask");
		}

		@NatsListener(subjects = "work", id = "work")
		String work() throws InterruptedException {
			if (this.release == null) {
				return "work done";
			}
			this.entered.countDown();
			this.release.await();
			return "work done with " + get(this.port, "/help");
		}

	}

	static class AskingServlet extends HttpServlet {

		private final transient NatsOperations nats;

		AskingServlet(NatsOperations nats) {
			this.nats = nats;
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			boolean ask = request.getRequestURI().equals("/ask");
			response.getWriter()
				.print((ask) ? "asked: " + this.nats.request("work", "", String.class, Duration.ofSeconds(20))
						: "help");
		}

	}

}
