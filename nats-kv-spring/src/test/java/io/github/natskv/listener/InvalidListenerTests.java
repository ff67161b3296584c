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
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.KeyValue;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;
import org.reactivestreams.Processor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InvalidListenerTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@ParameterizedTest
	@MethodSource
	void failsStartUpNamingTheMethod(Class<?> type, String problem) {
		assertRefused(type.getName() + ".on(", problem, (context) -> context.registerBean("bean", type));
	}

	static Stream<Arguments> failsStartUpNamingTheMethod() {
		return Stream.of(Arguments.of(NoSubject.class, "no subject"),
				Arguments.of(BrokenSubject.class, "'a..b' is not a subject"),
				Arguments.of(EmptySubject.class, "'' is not a subject"),
				Arguments.of(SameSubjectTwice.class, "'a.*' twice"),
				Arguments.of(UnknownPlaceholder.class, "${nowhere}"),
				Arguments.of(BrokenQueue.class, "'a queue' is not the name of a queue group"),
				Arguments.of(TwoPayloads.class, "could each be the payload"),
				Arguments.of(NoSuchBean.class, "no bean for parameter 2 'profiles'"),
				Arguments.of(NoSuchVariable.class, "token {region}"),
				Arguments.of(PrimitiveHeader.class, "cannot be null"),
				Arguments.of(InconvertibleHeader.class, "cannot be converted"),
				Arguments.of(BrokenDefault.class, "default value"),
				Arguments.of(OddHeaders.class, "headers are not converted"),
				Arguments.of(SendToNothing.class, "@SendTo has no subject"),
				Arguments.of(SendToWildcard.class, "wildcard"), Arguments.of(SendToVoid.class, "returns nothing"),
				Arguments.of(PublisherResult.class, "stream of values"),
				Arguments.of(CallableResult.class, "java.util.concurrent.Callable"),
				Arguments.of(LaterPublisherResult.class, "reactor.core.publisher.Flux"),
				Arguments.of(NestedFutureResult.class, "java.util.concurrent.CompletableFuture"),
				Arguments.of(MessageOfStreamResult.class, "java.util.stream.Stream"),
				Arguments.of(ProcessorResult.class, "org.reactivestreams.Processor"),
				Arguments.of(UnknownErrorHandler.class, "no error handler 'nobody'; the error handlers are []"),
				Arguments.of(UnknownConnection.class, "no connection 'other'"),
				Arguments.of(ConcurrencyZero.class, "'concurrency' is '0'"),
				Arguments.of(ConcurrencyText.class, "'concurrency' is 'false' (from '${no}')"),
				Arguments.of(AutoStartupText.class, "'autoStartup' is 'maybe'"),
				Arguments.of(NoValidator.class, "spring-boot-starter-validation"));
	}

	@Test
	void severalValidatorsAreNamed() {
		assertRefused(NoValidator.class.getName() + ".on(", "[one, two]. Mark one of these beans as @Primary",
				(context) -> {
					context.registerBean("one", LocalValidatorFactoryBean.class);
					context.registerBean("two", LocalValidatorFactoryBean.class);
					context.registerBean("bean", NoValidator.class);
				});
	}

	@Test
	void anIdThatIsTakenNamesBothMethods() {
		assertRefused(SameId.class.getName() + ".two()", SameId.class.getName() + ".one()",
				(context) -> context.registerBean("bean", SameId.class));
	}

	@Test
	void aMethodItsProxyDoesNotHaveIsRefused() {
		assertRefused(Proxied.class.getName() + ".on()", "proxy",
				(context) -> context.registerBean("bean", Runnable.class, () -> {
					ProxyFactory proxy = new ProxyFactory(new Proxied());
					proxy.setInterfaces(Runnable.class);
					return (Runnable) proxy.getProxy();
				}));
	}

	@Test
	void aFinalMethodOfAClassBasedProxyIsRefused() {
		assertRefused(FinalMethod.class.getName() + ".on(String)", "it is final",
				(context) -> context.registerBean("bean", FinalMethod.class, () -> {
					ProxyFactory proxy = new ProxyFactory(new FinalMethod());
					proxy.setProxyTargetClass(true);
					return (FinalMethod) proxy.getProxy();
				}));
	}

	@Test
	void jsonWithoutJacksonNamesWhatIsMissing() {
		assertRefused("JsonPayload.on(", "spring-boot-starter-jackson", (context) -> {
			context.registerBean("payloadConverter", PayloadConverter.class, () -> new PayloadConverter());
			context.registerBean("bean", JsonPayload.class);
		});
		assertRefused("JsonResult.on(", "spring-boot-starter-jackson", (context) -> {
			context.registerBean("payloadConverter", PayloadConverter.class, () -> new PayloadConverter());
			context.registerBean("bean", JsonResult.class);
		});
	}

	@Test
	void aBuildWithoutParameterNamesIsRefused(@TempDir Path directory) throws Exception {
		Class<?> header = compile(directory, "Unnamed", """
				import io.github.natskv.annotation.NatsListener;
				public class Unnamed {
					@NatsListener("a")
					public void on(@org.springframework.messaging.handler.annotation.Header String trace) { }
				}
				""");
		assertRefused("Unnamed.on(String)", "-parameters", (context) -> context.registerBean("bean", header));
		Class<?> bean = compile(directory, "UnnamedBean", """
				import io.github.natskv.annotation.NatsListener;
				public class UnnamedBean {
					@NatsListener("a")
					public void on(String payload, io.nats.client.KeyValue profiles) { }
				}
				""");
		assertRefused("UnnamedBean.on(String, KeyValue)", "-parameters", (context) -> {
			for (String name : List.of("profiles", "orders")) {
				context.registerBean(name, KeyValue.class, () -> Mockito.mock(KeyValue.class));
			}
			context.registerBean("bean", bean);
		});
	}

	@Test
	void aSuspendFunctionIsRefused(@TempDir Path directory) throws Exception {
		compile(directory, "kotlin.coroutines.Continuation",
				"package kotlin.coroutines; public interface Continuation<T> { }");
		Class<?> type = compile(directory, "Suspending", """
				import io.github.natskv.annotation.NatsListener;
				public class Suspending {
					@NatsListener("a")
					public Object on(String text, kotlin.coroutines.Continuation<Object> continuation) { return null; }
				}
				""");
		assertRefused("Suspending.on(String, Continuation)", "suspend",
				(context) -> context.registerBean("bean", type));
	}

	private static Class<?> compile(Path directory, String name, String source)
			throws IOException, ClassNotFoundException {
		Path file = directory.resolve(name.replace('.', '/') + ".java");
		Files.createDirectories(file.getParent());
		Files.writeString(file, source);
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", directory.toString(), "-cp",
				System.getProperty("java.class.path") + File.pathSeparator + directory, file.toString()));
		if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
			throw new IllegalStateException("Does not compile: " + name);
		}
		URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() },
				InvalidListenerTests.class.getClassLoader());
		return Class.forName(name, true, loader);
	}

	private static void assertRefused(String method, String problem,
			Consumer<AnnotationConfigApplicationContext> customizer) {
		assertThatExceptionOfType(InvalidListenerException.class)
			.isThrownBy(() -> ListenerTestContext.start(server, customizer).close())
			.withMessageContaining(method)
			.withMessageContaining(problem);
	}

	record Order(String name) {

	}

	static class FinalMethod {

		private final String prefix = "final ";

		@NatsListener("final")
		final String on(String text) {
			return this.prefix + text;
		}

	}

	static class NoSubject {

		@NatsListener
		void on() {
		}

	}

	static class BrokenSubject {

		@NatsListener("a..b")
		void on() {
		}

	}

	static class EmptySubject {

		@NatsListener("")
		void on() {
		}

	}

	static class SameSubjectTwice {

		@NatsListener({ "a.{x}", "a.*" })
		void on() {
		}

	}

	static class UnknownPlaceholder {

		@NatsListener("a.${nowhere}")
		void on() {
		}

	}

	static class BrokenQueue {

		@NatsListener(subjects = "a", queue = "a queue")
		void on() {
		}

	}

	static class TwoPayloads {

		@NatsListener("a")
		void on(Order order, String text) {
		}

	}

	static class NoSuchBean {

		@NatsListener("a")
		void on(String text, KeyValue profiles) {
		}

	}

	static class NoSuchVariable {

		@NatsListener({ "a.{region}", "b" })
		void on(@DestinationVariable String region) {
		}

	}

	static class PrimitiveHeader {

		@NatsListener("a")
		void on(@Header(required = false) int count) {
		}

	}

	static class InconvertibleHeader {

		@NatsListener("a")
		void on(@Header Runnable task) {
		}

	}

	static class BrokenDefault {

		@NatsListener("a")
		void on(@Header(defaultValue = "many") int count) {
		}

	}

	static class OddHeaders {

		@NatsListener("a")
		void on(@Headers String headers) {
		}

	}

	static class SendToNothing {

		@NatsListener("a")
		@SendTo
		String on() {
			return "";
		}

	}

	static class SendToWildcard {

		@NatsListener("a")
		@SendTo("b.*")
		String on() {
			return "";
		}

	}

	static class SendToVoid {

		@NatsListener("a")
		@SendTo("b")
		void on() {
		}

	}

	static class PublisherResult {

		@NatsListener("a")
		Flow.Publisher<String> on() {
			throw new IllegalStateException();
		}

	}

	static class UnknownErrorHandler {

		@NatsListener(subjects = "a", errorHandler = "nobody")
		void on() {
		}

	}

	static class UnknownConnection {

		@NatsListener(subjects = "a", connection = "other")
		void on() {
		}

	}

	static class ConcurrencyZero {

		@NatsListener(subjects = "a", concurrency = "0")
		void on() {
		}

	}

	static class ConcurrencyText {

		@NatsListener(subjects = "a", concurrency = "${no}")
		void on() {
		}

	}

	static class AutoStartupText {

		@NatsListener(subjects = "a", autoStartup = "maybe")
		void on() {
		}

	}

	static class CallableResult {

		@NatsListener("a")
		Callable<String> on() {
			return () -> "never";
		}

	}

	static class LaterPublisherResult {

		@NatsListener("a")
		CompletableFuture<Flux<String>> on() {
			return new CompletableFuture<>();
		}

	}

	static class NestedFutureResult {

		@NatsListener("a")
		Mono<CompletableFuture<String>> on() {
			return Mono.empty();
		}

	}

	static class MessageOfStreamResult {

		@NatsListener("a")
		Message<Stream<String>> on() {
			return MessageBuilder.withPayload(Stream.of("x")).build();
		}

	}

	static class ProcessorResult {

		@NatsListener("a")
		@Nullable Processor<String, String> on() {
			return null;
		}

	}

	static class NoValidator {

		@NatsListener("a")
		void on(@Valid Order order) {
		}

	}

	static class SameId {

		@NatsListener(subjects = "a", id = "same")
		void one() {
		}

		@NatsListener(subjects = "b", id = "same")
		void two() {
		}

	}

	static class Proxied implements Runnable {

		@NatsListener("a")
		void on() {
		}

		@Override
		public void run() {
		}

	}

	static class JsonPayload {

		@NatsListener("a")
		void on(Order order) {
		}

	}

	static class JsonResult {

		@NatsListener("a")
		Order on() {
			return new Order("a");
		}

	}

}
