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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.core.JacksonPayloadFormat;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.ValueDecodingException;
import io.github.natskv.listener.KeyValueListenerScene.Flag;
import io.github.natskv.listener.KeyValueListenerScene.Recorder;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.support.NatsKeyValueUtil;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.AdditionalAnswers;
import org.mockito.ArgumentMatchers;
import org.mockito.Mockito;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@ExtendWith(OutputCaptureExtension.class)
class KeyValueListenerTests {

	@AutoClose
	private static final KeyValueListenerScene scene = new KeyValueListenerScene();

	private KeyValue flags;

	@BeforeEach
	void makeBucket() throws Exception {
		scene.deleteBuckets();
		this.flags = scene.bucket(KeyValueConfiguration.builder("flags").maxHistoryPerKey(3).build());
	}

	@Test
	void theValuesThereAreArriveFirstAndThenEveryChange() throws Exception {
		this.flags.put("feature.dark", Flag.json(true, "ann"));
		this.flags.put("other", "not watched");
		scene.runner()
			.withPropertyValues("nats.kv.buckets.toggles.name=flags")
			.withBean(Recorder.class)
			.withBean("features", Features.class)
			.run((context) -> {
				Recorder recorder = context.getBean(Recorder.class);
				assertThat(recorder.calls()).containsExactly("dark, Flag[on=true, by=ann], 1, PUT, 1, flags");
				this.flags.put("feature.dark", Flag.json(false, "bob"));
				this.flags.delete("feature.dark");
				awaitCalls(recorder, 3);
				assertThat(recorder.calls().subList(1, 3)).containsExactly(
						"dark, Flag[on=false, by=bob], 3, PUT, 3, flags", "dark, null, 4, DELETE, 4, flags");
			});
	}

	@Test
	void aMethodThatTakesAListGetsATransactionInOneCall() throws Exception {
		assumeTrue(scene.connection().getServerInfo().isSameOrNewerThanVersion("2.14.5"), "needs server 2.14.5");
		scene.deleteBuckets();
		scene.runner()
			.withPropertyValues("nats.kv.buckets.flags.transactions=true")
			.withBean(Recorder.class)
			.withBean(Lists.class)
			.run((context) -> {
				Recorder recorder = context.getBean(Recorder.class);
				KeyValueBucket<String> flags = context.getBean(KeyValueBuckets.class).bucket("flags", String.class);
				flags.put("a", "1");
				flags.transactionWithoutResult((tx) -> {
					tx.put("a", "2");
					tx.put("b", "3");
					tx.put("c.d", "4");
				});
				flags.delete("a");
				awaitCalls(recorder, 4);
				assertThat(recorder.calls()).containsExactly("[a=1]", "failed [a=2, b=3]", "[a=2, b=3]", "[a=null]");
			});
	}

	@Test
	void aListThatCannotBeReadGoesToTheErrorHandler() throws Exception {
		this.flags.put("a", "not a number");
		scene.runner()
			.withBean(Recorder.class)
			.withBean(Numbers.class)
			.withBean(ListenerErrorHandler.class, () -> (failure) -> failure.getSubject())
			.run((context) -> {
				this.flags.put("b", "1");
				awaitCalls(context.getBean(Recorder.class), 1);
				assertThat(context.getBean(Recorder.class).calls()).containsExactly("b=1");
			});
	}

	@Test
	void aDeletionIsNullToAMethodThatTakesTheValue() throws Exception {
		this.flags.put("a", "1");
		scene.runner().withBean(Recorder.class).withBean("values", Values.class).run((context) -> {
			this.flags.delete("a");
			Recorder recorder = context.getBean(Recorder.class);
			awaitCalls(recorder, 4);
			assertThat(recorder.calls()).containsExactlyInAnyOrder("value 1", "optional Optional[1]", "value null",
					"optional Optional.empty");
		});
	}

	@Test
	void aPauseBeforeARetryEndsWithTheContext() throws Exception {
		this.flags.put("a", "1");
		AtomicLong closing = new AtomicLong();
		scene.runner()
			.withPropertyValues("nats.listener.retry.max-retries=2", "nats.listener.retry.delay=1h",
					"nats.listener.retry.max-delay=1h", "nats.listener.drain-timeout=30s",
					"nats.listener.snapshot-timeout=0")
			.withBean(Recorder.class)
			.withBean("failing", AlwaysFailing.class)
			.run((context) -> {
				awaitCalls(context.getBean(Recorder.class), 1);
				closing.set(System.nanoTime());
			});
		assertThat(Duration.ofNanos(System.nanoTime() - closing.get())).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void valuesAreValidated(CapturedOutput output) throws Exception {
		this.flags.put("a", "{\"on\":true}");
		this.flags.put("b", Flag.json(true, "ann"));
		this.flags.delete("c");
		scene.runner()
			.withBean(LocalValidatorFactoryBean.class)
			.withBean(Recorder.class)
			.withBean("validated", Validated.class)
			.run((context) -> {
				Recorder recorder = context.getBean(Recorder.class);
				awaitCalls(recorder, 4);
				assertThat(recorder.calls()).containsExactlyInAnyOrder("value b ann", "entry b ann", "value null null",
						"entry c null");
				assertThat(output).contains("revision 1 of key 'a', which is passed over")
					.contains("by must not be null");
			});
	}

	@Test
	void deletionsCanBeLeftOut() throws Exception {
		this.flags.put("a", "1");
		this.flags.delete("b");
		scene.runner().withBean(Recorder.class).withBean("withoutDeletes", WithoutDeletes.class).run((context) -> {
			this.flags.delete("a");
			this.flags.put("a", "2");
			Recorder recorder = context.getBean(Recorder.class);
			awaitCalls(recorder, 2);
			assertThat(recorder.calls()).containsExactly("1", "2");
		});
	}

	@Test
	void aListenerWithoutInitialValuesStartsWithTheNextChange() throws Exception {
		this.flags.put("a", "old");
		scene.runner().withBean(Recorder.class).withBean("updatesOnly", UpdatesOnly.class).run((context) -> {
			this.flags.put("b", "new");
			Recorder recorder = context.getBean(Recorder.class);
			awaitCalls(recorder, 1);
			assertThat(recorder.calls()).containsExactly("b=new");
		});
	}

	@Test
	void olderRevisionsAreIncludedOnDemand() throws Exception {
		this.flags.put("a", "1");
		this.flags.put("a", "2");
		scene.runner()
			.withBean(Recorder.class)
			.withBean("withHistory", WithHistory.class)
			.run((context) -> assertThat(context.getBean(Recorder.class).calls()).containsExactly("a=1", "a=2"));
	}

	@Test
	void severalFiltersBindTheirVariablesOnAnyServer() throws Exception {
		this.flags.put("orders.eu.7", "a");
		this.flags.put("users.9.us", "b");
		this.flags.put("orders.us", "not watched");
		this.flags.put("users.9", "not watched");
		scene.runner().withBean(Recorder.class).withBean("severalFilters", SeveralFilters.class).run((context) -> {
			this.flags.put("orders.us.8", "c");
			Recorder recorder = context.getBean(Recorder.class);
			awaitCalls(recorder, 3);
			assertThat(recorder.calls()).containsExactly("eu 7", "us 9", "us 8");
		});
	}

	@Test
	void variablesAndKeysAreDecodedByTheKeyCodec() throws Exception {
		scene.runner()
			.withPropertyValues("nats.kv.buckets.mails.key-codec=escape",
					"nats.kv.buckets.mails.value-type=java.lang.String")
			.withBean(Recorder.class)
			.withBean("mailListener", Mails.class)
			.run((context) -> {
				@SuppressWarnings("unchecked")
				KeyValueBucket<String> mails = context.getBean("mailsBucket", KeyValueBucket.class);
				mails.put("at home.ann@example", "hi");
				mails.put("elsewhere.ann@example", "not watched");
				mails.put("at home.bob@example", "ho");
				Recorder recorder = context.getBean(Recorder.class);
				awaitCalls(recorder, 2);
				assertThat(recorder.calls()).containsExactly("ann@example, at home.ann@example=hi",
						"bob@example, at home.bob@example=ho");
			});
	}

	@Test
	void aThrowingHandlerIsRetriedThenItsErrorHandlerCalledAndTheWatchGoesOn() throws Exception {
		this.flags.put("a", "always");
		this.flags.put("b", "once");
		this.flags.put("c", "never");
		List<ListenerExecutionFailedException> failures = new ArrayList<>();
		scene.runner()
			.withBean(Recorder.class)
			.withBean("throwing", Throwing.class)
			.withBean("mine", ListenerErrorHandler.class, () -> recording(failures))
			.withBean("other", ListenerErrorHandler.class, () -> recording(new ArrayList<>()))
			.run((context) -> {
				assertThat(context.getBean(Recorder.class).calls()).containsExactly("a", "a", "a", "a", "b", "b", "c");
				assertThat(failures).singleElement().satisfies((failure) -> {
					assertThat(failure.getListenerId()).isEqualTo("throwing.on");
					assertThat(failure.getSubject()).isEqualTo("$KV.flags.a");
					assertThat(failure.getFailedMessage()).isNull();
					BucketEntry<byte[]> entry = failure.getFailedEntry();
					assertThat(entry).isNotNull();
					assertThat(entry.bucket()).isEqualTo("flags");
					assertThat(entry.key()).isEqualTo("a");
					assertThat(entry.revision()).isEqualTo(1);
					assertThat(entry.created()).isNotNull();
					assertThat(failure).hasRootCauseMessage("always fails");
				});
			});
	}

	@Test
	void withoutAnErrorHandlerTheFailureIsLogged(CapturedOutput output) throws Exception {
		this.flags.put("a", "1");
		scene.runner().withBean(Recorder.class).withBean("futures", Futures.class).run((context) -> {
			assertThat(context.getBean(Recorder.class).calls()).hasSize(4);
			assertThat(output).contains("ERROR", "Listener 'futures.on' could not handle revision 1 of key 'a'",
					"IllegalStateException: later");
		});
	}

	@Test
	void aValueThatDoesNotDecodeGoesToTheErrorHandlerAtOnce() throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		this.flags.put("feature.bad", "no JSON");
		this.flags.put("feature.good", Flag.json(true, "ann"));
		List<ListenerExecutionFailedException> failures = new ArrayList<>();
		scene.runner()
			.withBean(Recorder.class)
			.withBean("features", Features.class)
			.withPropertyValues("nats.kv.buckets.toggles.name=flags")
			.withBean(KeyValueCodec.class, () -> counting(attempts))
			.withBean(ListenerErrorHandler.class, () -> recording(failures))
			.run((context) -> {
				assertThat(context.getBean(Recorder.class).size()).isOne();
				assertThat(attempts).hasValue(2);
				assertThat(failures).singleElement().satisfies((failure) -> {
					assertThat(failure).hasCauseInstanceOf(ValueDecodingException.class);
					BucketEntry<byte[]> entry = failure.getFailedEntry();
					assertThat(entry).isNotNull();
					assertThat(entry.value()).asString().isEqualTo("no JSON");
				});
			});
	}

	@Test
	void aVariableThatDoesNotConvertGoesToTheErrorHandlerAtOnce() throws Exception {
		this.flags.put("a", "1");
		List<ListenerExecutionFailedException> failures = new ArrayList<>();
		scene.runner()
			.withBean("numberVariable", NumberVariable.class)
			.withBean(ListenerErrorHandler.class, () -> recording(failures))
			.run((context) -> assertThat(failures).singleElement()
				.satisfies((failure) -> assertThat(failure).hasMessageContaining("$KV.flags.a")));
	}

	@Test
	void aMethodThatDoesNotTakeTheValueSeesAllOperations() throws Exception {
		scene.runner().withBean(Recorder.class).withBean("operations", Operations.class).run((context) -> {
			this.flags.put("a", "no number");
			Recorder recorder = context.getBean(Recorder.class);
			awaitCalls(recorder, 1);
			this.flags.purge("a");
			awaitCalls(recorder, 2);
			assertThat(recorder.calls()).containsExactly("PUT", "PURGE");
		});
	}

	@Test
	void aPausedListenerCatchesUpWithDeletionsThatLeftNoTrace() throws Exception {
		this.flags.put("a", "1");
		this.flags.put("b", "1");
		scene.runner().withBean(Recorder.class).withBean("entries", Entries.class).run((context) -> {
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			registry.pause("entries.on");
			assertThat(registry.isPaused("entries.on")).isTrue();
			assertThat(registry.isRunning("entries.on")).isTrue();
			changeUnseen();
			assertThat(context.getBean(Recorder.class).calls()).containsExactly("a=1", "b=1");
			registry.resume("entries.on");
			assertThat(registry.isPaused("entries.on")).isFalse();
			assertCaughtUp(context);
		});
	}

	@Test
	void aListenerSeesThatABucketIsCleared() throws Exception {
		assumeTrue(scene.connection().getServerInfo().isSameOrNewerThanVersion("2.10.0"));
		this.flags.put("a", "1");
		scene.runner().withBean(Recorder.class).withBean("entries", Entries.class).run((context) -> {
			context.getBean(KeyValueBuckets.class).bucket("flags", String.class).clear();
			this.flags.put("b", "2");
			Recorder recorder = context.getBean(Recorder.class);
			awaitCalls(recorder, 3);
			assertThat(recorder.calls()).containsExactly("a=1", "a=gone", "b=2");
		});
	}

	@Test
	void aStoppedListenerCatchesUpWhenStartedAgain() throws Exception {
		this.flags.put("a", "1");
		this.flags.put("b", "1");
		scene.runner().withBean(Recorder.class).withBean("entries", Entries.class).run((context) -> {
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			registry.stop("entries.on");
			assertThat(registry.isRunning("entries.on")).isFalse();
			changeUnseen();
			assertThat(context.getBean(Recorder.class).calls()).containsExactly("a=1", "b=1");
			registry.start("entries.on");
			assertCaughtUp(context);
		});
	}

	private void changeUnseen() throws Exception {
		this.flags.put("b", "2");
		this.flags.put("c", "2");
		scene.connection()
			.jetStreamManagement()
			.purgeStream(NatsKeyValueUtil.toStreamName("flags"), PurgeOptions.subject("$KV.flags.a"));
	}

	private static void assertCaughtUp(AssertableApplicationContext context) {
		Recorder recorder = context.getBean(Recorder.class);
		awaitCalls(recorder, 5);
		assertThat(recorder.calls().subList(2, 5)).containsExactlyInAnyOrder("b=2", "c=2", "a=gone");
	}

	@Test
	void closingTheApplicationFinishesTheEntryAtWork() throws Exception {
		this.flags.put("a", "1");
		this.flags.put("b", "2");
		Blocking blocking = new Blocking();
		scene.runner()
			.withPropertyValues("nats.listener.snapshot-timeout=0s")
			.withBean("blocking", Blocking.class, () -> blocking)
			.run((context) -> {
				assertThat(blocking.entered.await(10, TimeUnit.SECONDS)).isTrue();
				Thread closing = new Thread(context.getSourceApplicationContext()::close);
				closing.start();
				Awaitility.await().until(() -> !context.getBean(NatsListenerRegistry.class).isRunning("blocking.on"));
				assertThat(closing.isAlive()).isTrue();
				assertThat(blocking.finished).isEmpty();
				blocking.proceed.countDown();
				closing.join(10_000);
				assertThat(closing.isAlive()).isFalse();
				assertThat(blocking.finished).containsExactly("a");
			});
	}

	@Test
	void aHandlerMayPauseAndStopItsOwnListener() throws Exception {
		this.flags.put("a", "1");
		this.flags.put("b", "2");
		scene.runner().withBean(Recorder.class).withBean("stopping", Stopping.class).run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			assertThat(recorder.calls()).containsExactly("a");
			context.getBean(NatsListenerRegistry.class).start("stopping.on");
			awaitCalls(recorder, 2);
			assertThat(recorder.calls()).containsExactly("a", "b");
		});
	}

	@Test
	void aHandlerThatWentOnAfterAPauseIsNotInterrupted() throws Exception {
		this.flags.put("a", "1");
		this.flags.put("b", "2");
		scene.runner()
			.withPropertyValues("nats.listener.drain-timeout=100ms")
			.withBean(Recorder.class)
			.withBean("pausing", Pausing.class)
			.run((context) -> assertThat(context.getBean(Recorder.class).calls()).containsExactly("a", "b"));
	}

	@Test
	void idsAreSharedWithListenersOnSubjectsAndNumberedOnRepeats() throws Exception {
		scene.bucket("second");
		scene.runner()
			.withPropertyValues("my.bucket=flags", "my.start=false")
			.withBean(Recorder.class)
			.withBean("declared", Declared.class)
			.run((context) -> {
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				assertThat(registry.ids()).containsExactlyInAnyOrder("declared.on", "declared.on#2", "declared.on#3",
						"named", "declared.meta");
				assertThat(registry.isRunning("named")).isFalse();
				this.flags.put("a.b", "1");
				scene.connection().keyValue("second").put("x", "2");
				Recorder recorder = context.getBean(Recorder.class);
				awaitCalls(recorder, 3);
				assertThat(recorder.calls()).containsExactlyInAnyOrder("on 1", "on 2", "meta 1");
			});
	}

	@Test
	void aListenerCanUseAnotherConnection() throws Exception {
		this.flags.put("a", "here");
		try (KeyValueListenerScene other = new KeyValueListenerScene()) {
			other.bucket("flags").put("a", "there");
			scene.runner()
				.withBean("main", Connection.class, () -> scene.server().connect(),
						(definition) -> definition.setPrimary(true))
				.withBean("other", Connection.class, () -> other.server().connect())
				.withBean(Recorder.class)
				.withBean("otherConnection", OtherConnection.class)
				.run((context) -> assertThat(context.getBean(Recorder.class).calls()).containsExactly("a=there"));
		}
	}

	private static ListenerErrorHandler recording(List<ListenerExecutionFailedException> failures) {
		return (failure) -> {
			failures.add(failure);
			return null;
		};
	}

	private static KeyValueCodec counting(AtomicInteger attempts) {
		KeyValueCodec codec = new DefaultKeyValueCodec(
				new PayloadConverter(new JacksonPayloadFormat(JsonMapper.shared())));
		KeyValueCodec counting = Mockito.mock(AdditionalAnswers.delegatesTo(codec));
		Mockito.doAnswer((invocation) -> {
			Function<byte[], Object> decoder = codec.decoder(invocation.getArgument(0));
			return (Function<byte[], Object>) (bytes) -> {
				attempts.incrementAndGet();
				return decoder.apply(bytes);
			};
		}).when(counting).decoder(ArgumentMatchers.any());
		return counting;
	}

	private static void awaitCalls(Recorder recorder, int size) {
		Awaitility.await().untilAsserted(() -> assertThat(recorder.calls()).hasSizeGreaterThanOrEqualTo(size));
	}

	static class Features {

		private final Recorder recorder;

		Features(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "toggles", keys = "feature.{name}")
		void on(BucketEntry<Flag> change, @DestinationVariable String name, KeyValueOperation operation,
				KeyValueEntry entry, KeyValue toggles) {
			this.recorder.add(name, String.valueOf(change.value()), change.revision(), operation, entry.getRevision(),
					toggles.getBucketName());
		}

	}

	static class Values {

		private final Recorder recorder;

		Values(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void value(@Nullable String value) {
			this.recorder.add("value " + value);
		}

		@KeyValueListener("flags")
		void optional(Optional<Integer> value) {
			this.recorder.add("optional " + value);
		}

	}

	static class WithoutDeletes {

		private final Recorder recorder;

		WithoutDeletes(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", ignoreDeletes = true)
		void on(int value) {
			this.recorder.add(value);
		}

	}

	static class UpdatesOnly {

		private final Recorder recorder;

		UpdatesOnly(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", initialValues = false)
		void on(BucketEntry<String> change) {
			this.recorder.add(change);
		}

	}

	static class WithHistory {

		private final Recorder recorder;

		WithHistory(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", includeHistory = true)
		void on(BucketEntry<String> change) {
			this.recorder.add(change);
		}

	}

	static class SeveralFilters {

		private final Recorder recorder;

		SeveralFilters(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", keys = { "orders.{region}.{number}", "users.{number}.{region}" })
		void on(@DestinationVariable String region, @DestinationVariable("number") int id) {
			this.recorder.add(region + " " + id);
		}

	}

	static class Mails {

		private final Recorder recorder;

		Mails(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "mails", keys = "at home.{who}")
		void on(BucketEntry<?> change, @DestinationVariable String who) {
			this.recorder.add(who, change.key() + "=" + change.value());
		}

	}

	static class Throwing {

		private final Recorder recorder;

		Throwing(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", errorHandler = "mine")
		void on(BucketEntry<String> change) {
			this.recorder.add(change.key());
			boolean first = this.recorder.calls().indexOf(change.key()) == this.recorder.size() - 1;
			if ("always".equals(change.value()) || ("once".equals(change.value()) && first)) {
				throw new IllegalStateException(change.value() + " fails");
			}
		}

	}

	static class Futures {

		private final Recorder recorder;

		Futures(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		CompletableFuture<String> on(BucketEntry<String> change) {
			return CompletableFuture.supplyAsync(() -> {
				this.recorder.add(change.key());
				throw new IllegalStateException("later");
			});
		}

	}

	static class NumberVariable {

		@KeyValueListener(bucket = "flags", keys = "{number}")
		void on(@DestinationVariable int number) {
		}

	}

	static class Operations {

		private final Recorder recorder;

		Operations(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void on(KeyValueOperation operation) {
			this.recorder.add(operation);
		}

	}

	static class Lists {

		private final Recorder recorder;

		private boolean failed;

		Lists(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", keys = "*")
		void on(List<BucketEntry<String>> changes) {
			String texts = changes.stream().map((change) -> change.key() + "=" + change.value()).toList().toString();
			if (changes.size() == 2 && !this.failed) {
				this.failed = true;
				this.recorder.add("failed " + texts);
				throw new IllegalStateException("once");
			}
			this.recorder.add(texts);
		}

	}

	static class Numbers {

		private final Recorder recorder;

		Numbers(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void on(List<BucketEntry<Integer>> changes) {
			changes.forEach((change) -> this.recorder.add(change.key() + "=" + change.value()));
		}

	}

	static class Entries {

		private final Recorder recorder;

		Entries(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void on(BucketEntry<String> change) {
			this.recorder.add(change);
		}

	}

	static class Blocking {

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch proceed = new CountDownLatch(1);

		private final List<String> finished = new ArrayList<>();

		@KeyValueListener("flags")
		void on(BucketEntry<String> change) throws InterruptedException {
			this.entered.countDown();
			if (this.proceed.await(20, TimeUnit.SECONDS)) {
				this.finished.add(change.key());
			}
		}

	}

	static class Stopping {

		private final Recorder recorder;

		private final ObjectProvider<NatsListenerRegistry> registry;

		Stopping(Recorder recorder, ObjectProvider<NatsListenerRegistry> registry) {
			this.recorder = recorder;
			this.registry = registry;
		}

		@KeyValueListener("flags")
		void on(BucketEntry<String> change) {
			this.recorder.add(change.key());
			NatsListenerRegistry registry = this.registry.getObject();
			if (change.key().equals("a")) {
				registry.pause("stopping.on");
				registry.resume("stopping.on");
				registry.stop("stopping.on");
			}
		}

	}

	static class Pausing {

		private final Recorder recorder;

		private final ObjectProvider<NatsListenerRegistry> registry;

		Pausing(Recorder recorder, ObjectProvider<NatsListenerRegistry> registry) {
			this.recorder = recorder;
			this.registry = registry;
		}

		@KeyValueListener("flags")
		void on(BucketEntry<String> change) throws InterruptedException {
			if (change.key().equals("a")) {
				this.registry.getObject().pause("pausing.on");
				this.registry.getObject().resume("pausing.on");
			}
			else {
				new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
			}
			this.recorder.add(change.key());
		}

	}

	static class Declared {

		private final Recorder recorder;

		Declared(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "${my.bucket}", keys = "#{'a' + '.*'}")
		@KeyValueListener("second")
		@KeyValueListener(bucket = "second", id = "named", autoStartup = "${my.start}")
		@NatsListener("some.subject")
		void on(String value) {
			this.recorder.add("on " + value);
		}

		@OnFlags(keys = "a.b")
		void meta(String value) {
			this.recorder.add("meta " + value);
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@KeyValueListener("flags")
	@interface OnFlags {

		@AliasFor(annotation = KeyValueListener.class)
		String[] keys();

	}

	static class OtherConnection {

		private final Recorder recorder;

		OtherConnection(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener(bucket = "flags", connection = "other")
		void on(BucketEntry<String> change) {
			this.recorder.add(change);
		}

	}

	record Toggle(boolean on, @NotNull String by) {

	}

	static class Validated {

		private final Recorder recorder;

		Validated(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void value(@Valid @Nullable Toggle toggle, KeyValueOperation operation) {
			this.recorder.add("value " + ((toggle != null) ? "b " + toggle.by() : "null null"));
		}

		@KeyValueListener("flags")
		void entry(BucketEntry<@Valid Toggle> entry) {
			Toggle toggle = entry.value();
			this.recorder.add("entry " + entry.key() + " " + ((toggle != null) ? toggle.by() : null));
		}

	}

	static class AlwaysFailing {

		private final Recorder recorder;

		AlwaysFailing(Recorder recorder) {
			this.recorder = recorder;
		}

		@KeyValueListener("flags")
		void on(BucketEntry<String> entry) {
			this.recorder.add(entry);
			throw new IllegalStateException("failing on purpose");
		}

	}

}
