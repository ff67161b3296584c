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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.NatsHeaders;
import io.github.natskv.core.NatsReplyException;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.NoRespondersException;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NatsListenerTests {

	private static NatsServer server;

	private static ListenerTestContext test;

	private static NatsTemplate template;

	private static Handlers handlers;

	private static final Map<Class<?>, Integer> advised = new ConcurrentHashMap<>();

	@BeforeAll
	static void start() throws Exception {
		server = NatsServer.start();
		try (Connection connection = server.connect()) {
			for (String bucket : List.of("profiles", "orders")) {
				connection.keyValueManagement().create(KeyValueConfiguration.builder(bucket).build());
				connection.keyValue(bucket).put("name", bucket);
			}
		}
		test = ListenerTestContext.start(server, NatsListenerTests::configure);
		template = test.template();
		handlers = test.bean(Handlers.class);
	}

	private static void configure(AnnotationConfigApplicationContext context) {
		MethodInterceptor advice = (invocation) -> {
			if (invocation.getMethod().getName().equals("on")) {
				advised.merge(invocation.getThis().getClass(), 1, Integer::sum);
			}
			return invocation.proceed();
		};
		for (String bucket : List.of("profiles", "orders")) {
			context.registerBean(bucket, KeyValue.class, () -> keyValue(context, bucket));
		}
		context.registerBean("handlers", Handlers.class);
		context.registerBean("jdkProxied", Api.class, () -> {
			ProxyFactory proxy = new ProxyFactory(new ApiHandler());
			proxy.setInterfaces(Api.class);
			proxy.addAdvice(advice);
			return (Api) proxy.getProxy();
		});
		context.registerBean("cglibProxied", CglibHandler.class, () -> {
			ProxyFactory proxy = new ProxyFactory(new CglibHandler());
			proxy.setProxyTargetClass(true);
			proxy.addAdvice(advice);
			return (CglibHandler) proxy.getProxy();
		});
		context.registerBean("lazy", LazyHandler.class, (definition) -> definition.setLazyInit(true));
		context.registerBeanDefinition("proto", ListenerTestContext.prototype(PrototypeHandler.class));
		context.registerBean(LocalValidatorFactoryBean.class);
		context.registerBean("namedErrorHandler", ListenerErrorHandler.class, () -> NatsListenerTests::handle);
		context.registerBean("otherErrorHandler", ListenerErrorHandler.class, () -> (failure) -> "never");
		context.registerBean("subjectsBean", List.class, () -> List.of("spel.one", "spel.two"));
	}

	private static KeyValue keyValue(AnnotationConfigApplicationContext context, String bucket) {
		try {
			return context.getBean(Connection.class).keyValue(bucket);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Object handle(ListenerExecutionFailedException failure) {
		switch (failure.getCause().getMessage()) {
			case "boom" -> {
				handlers.results
					.add(failure.getListenerId() + " " + failure.getSubject() + " " + failure.getCause().getMessage());
				assertThat(failure.getFailedEntry()).isNull();
				assertThat(failure.getFailedMessage()).isNotNull();
				assertThat(failure.getFailedMessage().getSubject()).isEqualTo(failure.getSubject());
				return "handled: named";
			}
			case "rethrow" -> throw failure;
			default -> {
				return null;
			}
		}
	}

	@AfterAll
	static void stop() {
		test.close();
		server.close();
	}

	private static String ask(String subject, Object payload) {
		return template.request(subject, payload, String.class);
	}

	@Test
	void payloadsAreConverted() {
		assertThat(ask("payload.bytes", "abc")).isEqualTo("3");
		assertThat(ask("payload.string", "Grüße")).isEqualTo("Grüße");
		assertThat(ask("payload.json", new Order("a", 2))).isEqualTo("Order[name=a, count=2]");
		assertThat(ask("payload.list", List.of(new Order("a", 2)))).isEqualTo("a");
		assertThat(ask("payload.number", 41)).isEqualTo("42");
		assertThat(template.request("payload.echo", new Order("a", 1), Order.class)).isEqualTo(new Order("a", 1));
		assertThat(ask("payload.generic", new Order("g", 1))).isEqualTo("g");
	}

	@Test
	void absentPayloadsAreNullOrEmpty() {
		assertThat(ask("payload.optional", new byte[0])).isEqualTo("Optional.empty");
		assertThat(ask("payload.optional", new Order("a", 1))).startsWith("Optional[Order");
		assertThat(ask("payload.nullable", new byte[0])).isEqualTo("null");
		assertThat(ask("payload.notrequired", new byte[0])).isEqualTo("null");
	}

	@Test
	void payloadsThatDoNotConvertAreErrorReplies() {
		assertError("payload.json", "no json", 400, "Order");
		assertError("payload.json", new byte[0], 400, "empty");
		assertError("payload.number", "x", 400, "int");
		assertThat(ask("payload.json", new Order("a", 2))).isNotEmpty();
	}

	@Test
	void payloadsAreValidated() {
		assertThat(ask("payload.valid", new Order("a", 1))).isEqualTo("ok");
		assertError("payload.valid", new Order("a", 0), 400, "count must be greater than or equal to 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "list", "map", "array", "elements", "lists", "messages" })
	void elementsOfPayloadsAreValidated(String form) {
		Order invalid = new Order("a", 0);
		Object payload = switch (form) {
			case "map" -> Map.of("a", invalid);
			case "lists" -> Map.of("a", List.of(invalid));
			default -> List.of(invalid);
		};
		assertError("payload.valid." + form, payload, 400, "count must be greater than or equal to 1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void violationsOfAValidatedBeansArgumentsAreBadRequests(boolean adapt) {
		MethodValidationPostProcessor validation = new MethodValidationPostProcessor();
		validation.setAdaptConstraintViolations(adapt);
		validation.setProxyTargetClass(true);
		validation.afterPropertiesSet();
		try (ListenerTestContext validated = ListenerTestContext.start(server, (context) -> {
			context.registerBean(ValidatedHandlers.class, () -> validated(validation, validated(validation, null)));
			context.registerBean(LocalValidatorFactoryBean.class);
		})) {
			assertThat(ask("validated.argument", numbered(1))).isEqualTo("x 1");
			assertError("validated.argument", numbered(0), 400, "must be greater than or equal to 1");
			assertError("validated.payload", new Order("a", 0), 400, "count must be greater than or equal to 1");
			assertError("validated.result", "x", 500, "");
			assertError("validated.nested", "x", 500, "");
		}
	}

	private static ValidatedHandlers validated(MethodValidationPostProcessor validation,
			@Nullable ValidatedHandlers other) {
		return (ValidatedHandlers) validation.postProcessAfterInitialization(new ValidatedHandlers(other), "validated");
	}

	private static Message<String> numbered(int number) {
		return MessageBuilder.withPayload("x").setHeader("n", number).build();
	}

	@Test
	void headersAndSubjectVariablesAreArguments() throws Exception {
		template.publish("args.eu.created", "x", Map.of("trace", "t1", "n", "5", "many", List.of("a", "b")));
		assertThat(handlers.next()).isEqualTo("eu t1 5 [a, b] t1 default Optional.empty args.eu.created");
	}

	@Test
	void namesAndDefaultsOfHeadersAreResolved() {
		assertThat(ask("header.resolved.region", "x")).isEqualTo("null 2 region");
		assertThat(ask("header.resolved.region",
				MessageBuilder.withPayload("x").setHeader("region-eu", "r").setHeader("n", "7").build()))
			.isEqualTo("r 7 region");
	}

	@Test
	void anEmptyHeaderIsNoValueOfAnythingButText() {
		Message<String> empty = MessageBuilder.withPayload("x").setHeader("n", "").build();
		assertThat(ask("header.empty.optional", empty)).isEqualTo("null");
		assertThat(ask("header.empty.default", empty)).isEqualTo("5");
		assertThat(ask("header.empty.wrapped", empty)).isEqualTo("Optional.empty");
		assertThat(ask("header.empty.text", empty)).isEqualTo("[]");
		assertError("header.empty.required", empty, 400, "Header 'n' is empty, wanted int");
	}

	@Test
	void anErrorThatAHandlerWaitedForIsTheReply() {
		assertError("reply.joined", "x", 404, "no such");
		assertError("reply.got", "x", 404, "no such");
		assertError("reply.nested", "x", 404, "no such");
		assertError("reply.passedon", "x", 404, "no such");
	}

	@Test
	void aMissingHeaderIsAnErrorReply() {
		assertError("header.required", "x", 400, "trace");
	}

	@Test
	void messagesAreArguments() throws Exception {
		template.publish("messages.spring", new Order("a", 1), Map.of("h", "v"));
		assertThat(handlers.next()).isEqualTo("Order[name=a, count=1] v messages.spring");
		template.publish("messages.native", "x");
		assertThat(handlers.next()).isEqualTo("messages.native");
	}

	@Test
	void beansAreArguments() {
		assertThat(ask("beans.byname", "x")).isEqualTo("profiles");
		assertThat(ask("beans.qualified", "x")).isEqualTo("orders");
		assertThat(ask("beans.many", "x")).isEqualTo("[orders, profiles] true true false true eu");
		assertThat(ask("beans.any", "x")).isEqualTo("x Service");
	}

	@Test
	void repeatedPlaceholderAndExpressionSubjects() {
		assertThat(ask("repeat.one", "x")).isEqualTo("repeated");
		assertThat(ask("repeat.two", "x")).isEqualTo("repeated");
		assertThat(ask("several.eu", "x")).isEqualTo("several.eu");
		assertThat(ask("several.b.c.d", "x")).isEqualTo("several.b.c.d");
		assertThat(ask("spel.one", "x")).isEqualTo("spel");
		assertThat(ask("spel.two", "x")).isEqualTo("spel");
		assertThat(ask("meta", "x")).isEqualTo("meta");
		assertThat(test.registry().ids()).contains("handlers.repeated", "handlers.repeated#2", "my-eu-id");
	}

	@Test
	void overloadedMethodsHaveIdsOfTheirOwn() {
		Set<String> ids = test.registry().ids();
		assertThat(ids).filteredOn((id) -> id.startsWith("handlers.overloaded"))
			.containsExactly("handlers.overloaded", "handlers.overloaded#2");
		assertThat(ask("overloaded.order", new Order("a", 1))).isEqualTo("order a");
		assertThat(ask("overloaded.text", "b")).isEqualTo("text b");
		// in the order of their signatures, whichever the JVM names first
		test.registry().pause("handlers.overloaded");
		assertThatExceptionOfType(NoRespondersException.class)
			.isThrownBy(() -> ask("overloaded.order", new Order("a", 1)));
		assertThat(ask("overloaded.text", "b")).isEqualTo("text b");
		test.registry().resume("handlers.overloaded");
	}

	@Test
	void interfaceMethodsAndProxiesAreFound() {
		assertThat(ask("api", "x")).isEqualTo("api x");
		assertThat(advised).isEqualTo(Map.of(ApiHandler.class, 1));
		assertThat(ask("cglib", "x")).isEqualTo("cglib x");
		assertThat(advised).isEqualTo(Map.of(ApiHandler.class, 1, CglibHandler.class, 1));
	}

	@Test
	void lazyAndPrototypeBeansAreRegisteredWhenTheyAppear() {
		assertThatExceptionOfType(NoRespondersException.class).isThrownBy(() -> ask("lazy", "x"));
		test.context().getBean("lazy");
		assertThat(ask("lazy", "x")).isEqualTo("lazy");
		test.context().getBean("proto");
		test.context().getBean("proto");
		assertThat(ask("proto", "x")).isEqualTo("proto");
		assertThat(test.registry().ids()).contains("proto.on", "proto.on#2");
	}

	@Test
	void resultsAnswerTheRequester() throws Exception {
		assertThat(ask("result.future", "x")).isEqualTo("future x");
		assertThat(ask("result.mono", "x")).isEqualTo("mono x");
		assertThat(ask("result.null", "x")).isEmpty();
		assertThat(template.request("result.optional", "x", new ParameterizedTypeReference<Optional<Order>>() {
		})).isEmpty();
		io.nats.client.Message reply = test.bean(Connection.class)
			.request("result.message", new byte[0], Duration.ofSeconds(2));
		assertThat(reply.getHeaders().getFirst("h")).isEqualTo("v");
		assertThat(reply.getHeaders().size()).isEqualTo(1);
		assertThat(reply.getData()).asString().isEqualTo("{\"name\":\"m\",\"count\":1}");
		Box<Shape> box = new Box<>(new Circle(1));
		assertThat(template.request("result.declared", "x", new ParameterizedTypeReference<Box<Shape>>() {
		})).isEqualTo(box);
		assertThat(template.request("result.declared.later", "x", new ParameterizedTypeReference<Box<Shape>>() {
		})).isEqualTo(box);
		assertThat(template.request("result.iterable", "x", new ParameterizedTypeReference<List<Shape>>() {
		})).containsExactly(new Circle(1));
		assertError("result.flux", "x", 500, "is a stream of values");
		assertError("result.failedfuture", "x", 500, "later");
		assertError("result.failedmono", "x", 500, "later");
	}

	@Test
	void resultsNobodyWaitsForGoToTheSendToSubject() throws Exception {
		template.publish("sendto", "x");
		assertThat(handlers.next()).isEqualTo("sent x");
		assertThat(ask("sendto", "y")).isEqualTo("sent y");
		template.publish("payload.string", "nowhere to go");
	}

	@Test
	void aThrowingHandlerAnswersAtOnceAndGoesOn() {
		for (int i = 0; i < 3; i++) {
			assertError("throws.exception", "x", 500, "boom");
			assertError("throws.error", "x", 500, "StackOverflowError");
			assertError("throws.interrupted", "x", 500, "interrupted");
		}
	}

	@Test
	void replyErrorsAreErrorReplies() {
		assertError("result.toolarge", "x", 500, "payload size");
		assertError("result.unwritable", "x", 500, "HashMap");
	}

	@Test
	void theErrorHandlerMayAnswer() throws Exception {
		assertThat(ask("handled.answer", "x")).isEqualTo("handled: named");
		assertThat(handlers.next()).isEqualTo("handlers.handledAnswer handled.answer boom");
		assertError("handled.null", "x", 500, "null");
		assertError("handled.rethrow", "x", 500, "rethrow");
	}

	@Test
	void theOnlyErrorHandlerIsTheDefault() {
		try (ListenerTestContext other = ListenerTestContext.start(server, (context) -> {
			context.registerBean("onlyErrorHandler", ListenerErrorHandler.class, () -> (failure) -> "by default");
			context.register(Failing.class);
		})) {
			assertThat(other.template().request("failing.default", "x", String.class)).isEqualTo("by default");
		}
	}

	@Test
	void theConnectionIsChosenByName() {
		try (NatsServer elsewhere = NatsServer.start();
				ListenerTestContext other = ListenerTestContext.start(server, (context) -> {
					context.registerBean("elsewhere", Connection.class, () -> ListenerTestContext.connect(elsewhere),
							(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false));
					context.register(Elsewhere.class);
				})) {
			assertThatExceptionOfType(NoRespondersException.class)
				.isThrownBy(() -> other.template().request("elsewhere", "x", String.class));
			NatsTemplate there = new NatsTemplate(other.context().getBean("elsewhere", Connection.class),
					new PayloadConverter(), Duration.ofSeconds(5));
			assertThat(there.request("elsewhere", "x", String.class)).isEqualTo("elsewhere x");
		}
	}

	@Test
	void aQueueGroupSharesItsMessages() throws Exception {
		for (int i = 0; i < 20; i++) {
			template.publish("queue", i);
		}
		Set<String> seen = new TreeSet<>();
		for (int i = 0; i < 20; i++) {
			seen.add(handlers.next());
		}
		assertThat(seen).hasSize(20);
		assertThat(handlers.results).isEmpty();
	}

	private static void assertError(String subject, Object payload, int code, String description) {
		assertThatExceptionOfType(NatsReplyException.class).isThrownBy(() -> ask(subject, payload))
			.satisfies((ex) -> assertThat(ex.getCode()).isEqualTo(code))
			.satisfies((ex) -> assertThat(ex.getDescription()).contains(description));
	}

	record Order(String name, @Min(1) int count) {

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener
	@interface MetaListener {

		@AliasFor(annotation = NatsListener.class, attribute = "subjects")
		String[] on();

	}

	interface Api {

		@NatsListener("api")
		String on(@Payload String text);

	}

	@Validated
	static class ValidatedHandlers {

		private final ValidatedHandlers other;

		ValidatedHandlers(@Nullable ValidatedHandlers other) {
			this.other = other;
		}

		@NatsListener("validated.argument")
		String argument(String payload, @Header("n") @Min(1) int n) {
			return payload + " " + n;
		}

		@NatsListener("validated.payload")
		String payload(@Payload @Valid Order order) {
			return order.name();
		}

		@NatsListener("validated.result")
		@Min(1)
		int result(String payload) {
			return 0;
		}

		@NatsListener("validated.nested")
		String nested(String payload) {
			this.other.other(0);
			return payload;
		}

		void other(@Min(1) int n) {
		}

	}

	static class ApiHandler implements Api {

		@Override
		public String on(String text) {
			return "api " + text;
		}

	}

	static class CglibHandler {

		private final String prefix = "cglib ";

		@NatsListener("cglib")
		String on(String text) {
			return this.prefix + text;
		}

	}

	static class LazyHandler {

		@NatsListener("lazy")
		String on() {
			return "lazy";
		}

	}

	static class PrototypeHandler {

		@NatsListener(subjects = "proto", queue = "proto")
		String on() {
			return "proto";
		}

	}

	static class Failing {

		@NatsListener("failing.default")
		String on(String text) {
			throw new IllegalStateException(text);
		}

	}

	static class Elsewhere {

		@NatsListener(subjects = "elsewhere", connection = "#{'else' + 'where'}")
		String on(String text) {
			return "elsewhere " + text;
		}

	}

	abstract static class Generic<T> {

		@NatsListener("payload.generic")
		String generic(T payload) {
			return describe(payload);
		}

		abstract String describe(T payload);

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {

	}

	record Box<T>(T content) {

	}

	static class Handlers extends Generic<Order> {

		final BlockingQueue<String> results = new LinkedBlockingQueue<>();

		String next() throws InterruptedException {
			return this.results.poll(5, TimeUnit.SECONDS);
		}

		@Override
		String describe(Order payload) {
			return payload.name();
		}

		@NatsListener("result.iterable")
		Iterable<Shape> iterable() {
			return List.of(new Circle(1));
		}

		@NatsListener("result.flux")
		Object flux() {
			return Flux.just("a", "b");
		}

		@NatsListener("result.declared")
		Box<Shape> declared() {
			return new Box<>(new Circle(1));
		}

		@NatsListener("result.declared.later")
		CompletableFuture<Message<Box<Shape>>> declaredLater() {
			return CompletableFuture.completedFuture(MessageBuilder.withPayload(declared()).build());
		}

		@NatsListener("payload.bytes")
		int bytes(byte[] payload) {
			return payload.length;
		}

		@NatsListener("payload.string")
		String string(String payload) {
			return payload;
		}

		@NatsListener("payload.json")
		String json(Order order) {
			return order.toString();
		}

		@NatsListener("payload.echo")
		Order echo(Order order) {
			return order;
		}

		@NatsListener("payload.list")
		String list(List<Order> orders) {
			return orders.get(0).name();
		}

		@NatsListener("payload.number")
		long number(int number) {
			return number + 1L;
		}

		@NatsListener("payload.optional")
		String optional(Optional<Order> order) {
			return order.toString();
		}

		@NatsListener("payload.nullable")
		String nullable(@Nullable Order order) {
			return "" + order;
		}

		@NatsListener("payload.notrequired")
		String notRequired(@Payload(required = false) String text) {
			return "" + text;
		}

		@NatsListener("payload.valid.list")
		String validList(@Valid List<Order> orders) {
			return "ok";
		}

		@NatsListener("payload.valid.map")
		String validMap(@Valid Map<String, Order> orders) {
			return "ok";
		}

		@NatsListener("payload.valid.array")
		String validArray(@Valid Order[] orders) {
			return "ok";
		}

		@NatsListener("payload.valid.elements")
		String validElements(List<@Valid Order> orders) {
			return "ok";
		}

		@NatsListener("payload.valid.lists")
		String validLists(Map<String, List<@Valid Order>> orders) {
			return "ok";
		}

		@NatsListener("payload.valid.messages")
		String validMessages(Message<List<@Valid Order>> orders) {
			return "ok";
		}

		@NatsListener("payload.valid")
		String valid(@Valid Order order) {
			return "ok";
		}

		@NatsListener("args.{region}.{what}")
		void args(String payload, @DestinationVariable String region, @DestinationVariable("what") String kind,
				@Header String trace, @Header("n") Integer number, @Header List<String> many,
				@Headers Map<String, String> all, @Header(defaultValue = "default") String absent,
				@Header Optional<String> none, @Header(NatsHeaders.SUBJECT) String subject) {
			this.results.add(String.join(" ", region, trace, number.toString(), many.toString(), all.get("trace"),
					absent, none.toString(), subject));
		}

		@NatsListener("header.resolved.{what}")
		String headerResolved(String payload, @Header(name = "region-${region}", required = false) String region,
				@Header(name = "n", defaultValue = "#{1 + 1}") String n,
				@DestinationVariable("#{'wh' + 'at'}") String what) {
			return region + " " + n + " " + what;
		}

		@NatsListener("header.empty.optional")
		String headerEmptyOptional(@Header(name = "n", required = false) Integer n) {
			return String.valueOf(n);
		}

		@NatsListener("header.empty.default")
		String headerEmptyDefault(@Header(name = "n", defaultValue = "5") int n) {
			return String.valueOf(n);
		}

		@NatsListener("header.empty.wrapped")
		String headerEmptyWrapped(@Header("n") Optional<Long> n) {
			return String.valueOf(n);
		}

		@NatsListener("header.empty.text")
		String headerEmptyText(@Header("n") String n) {
			return "[" + n + "]";
		}

		@NatsListener("header.empty.required")
		String headerEmptyRequired(@Header("n") int n) {
			return String.valueOf(n);
		}

		@NatsListener("reply.missing")
		String missing(String text) {
			throw new NatsReplyException(404, "no such thing");
		}

		@NatsListener("reply.joined")
		String joined(String text) {
			return CompletableFuture.supplyAsync(() -> missing(text)).join();
		}

		@NatsListener("reply.got")
		String got(String text) throws Exception {
			return CompletableFuture.supplyAsync(() -> missing(text)).get();
		}

		@NatsListener("reply.passedon")
		String passedOn(String text) {
			return template.requestAsync("reply.missing", text, String.class).exceptionally((failure) -> {
				throw ((NatsReplyException) ((failure instanceof CompletionException) ? failure.getCause() : failure))
					.passOn();
			}).join();
		}

		@NatsListener("reply.nested")
		CompletableFuture<String> nested(String text) {
			return CompletableFuture.supplyAsync(() -> joined(text));
		}

		@NatsListener("header.required")
		String headerRequired(@Header String trace) {
			return trace;
		}

		@NatsListener("messages.spring")
		void spring(Message<Order> message) {
			this.results.add(message.getPayload() + " " + message.getHeaders().get("h") + " "
					+ message.getHeaders().get(NatsHeaders.SUBJECT));
		}

		@NatsListener("messages.native")
		void nativeMessage(io.nats.client.Message message) {
			this.results.add(message.getSubject());
		}

		@NatsListener("beans.byname")
		String byName(String payload, KeyValue profiles) throws Exception {
			return profiles.get("name").getValueAsString();
		}

		@NatsListener("beans.qualified")
		String qualified(String payload, @Qualifier("orders") KeyValue bucket) throws Exception {
			return bucket.get("name").getValueAsString();
		}

		@NatsListener("beans.many")
		String many(Map<String, KeyValue> buckets, ObjectProvider<Connection> connection,
				Optional<NatsTemplate> template, Optional<io.nats.client.JetStream> none,
				@Autowired NatsListenerRegistry registry, @Value("${region}") String region) {
			return buckets.keySet().stream().sorted().toList() + " " + (connection.getIfAvailable() != null) + " "
					+ template.isPresent() + " " + none.isPresent() + " " + (registry != null) + " " + region;
		}

		@NatsListener("beans.any")
		String any(String payload, LocalValidatorFactoryBean validator) {
			return payload + ((validator != null) ? " Service" : "");
		}

		@NatsListener("repeat.one")
		@NatsListener("repeat.two")
		String repeated() {
			return "repeated";
		}

		@NatsListener(subjects = { "several.${region}", "several.b.>" }, id = "my-${region}-id", concurrency = "${two}")
		String several(io.nats.client.Message message) {
			return message.getSubject();
		}

		@NatsListener("#{@subjectsBean}")
		String expression() {
			return "spel";
		}

		@MetaListener(on = "meta")
		String meta() {
			return "meta";
		}

		@NatsListener("overloaded.text")
		String overloaded(String text) {
			return "text " + text;
		}

		@NatsListener("overloaded.order")
		String overloaded(Order order) {
			return "order " + order.name();
		}

		@NatsListener("result.future")
		CompletableFuture<String> future(String text) {
			return CompletableFuture.supplyAsync(() -> "future " + text);
		}

		@NatsListener("result.mono")
		Mono<String> mono(String text) {
			return Mono.just("mono " + text).delayElement(Duration.ofMillis(5));
		}

		@NatsListener("result.null")
		@Nullable Order nothing() {
			return null;
		}

		@NatsListener("result.optional")
		Optional<Order> optionalResult() {
			return Optional.empty();
		}

		@NatsListener("result.message")
		Message<Order> message() {
			return MessageBuilder.withPayload(new Order("m", 1)).setHeader("h", "v").build();
		}

		@NatsListener("result.failedfuture")
		CompletableFuture<String> failedFuture() {
			return CompletableFuture.supplyAsync(() -> {
				throw new IllegalStateException("later");
			});
		}

		@NatsListener(subjects = "result.failedmono", concurrency = "3")
		Mono<String> failedMono() {
			return Mono.error(new IllegalStateException("later"));
		}

		@NatsListener("result.toolarge")
		byte[] tooLarge() {
			return new byte[2_000_000];
		}

		@NatsListener("result.unwritable")
		Object unwritable() {
			Map<String, Object> map = new HashMap<>();
			map.put("self", map);
			return map;
		}

		@NatsListener("sendto")
		@SendTo("sendto.${region}")
		String sendTo(String text) {
			return "sent " + text;
		}

		@NatsListener("sendto.eu")
		void sentTo(String text) {
			this.results.add(text);
		}

		@NatsListener("throws.exception")
		void throwsException() {
			throw new IllegalStateException("boom\nsecond line ü");
		}

		@NatsListener("throws.error")
		void throwsError() {
			throw new StackOverflowError();
		}

		@NatsListener("throws.interrupted")
		void throwsInterrupted() {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted");
		}

		@NatsListener(subjects = "handled.answer", errorHandler = "namedErrorHandler")
		void handledAnswer() {
			throw new IllegalStateException("boom");
		}

		@NatsListener(subjects = "handled.null", errorHandler = "${handler:namedErrorHandler}")
		void handledNull() {
			throw new IllegalStateException("null");
		}

		@NatsListener(subjects = "handled.rethrow", errorHandler = "namedErrorHandler")
		void handledRethrow() {
			throw new IllegalStateException("rethrow");
		}

		@NatsListener(subjects = "queue", queue = "group-${region}")
		@NatsListener(subjects = "queue", queue = "group-eu")
		void queue(String text) {
			this.results.add(text);
		}

	}

}
