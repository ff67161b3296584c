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

import java.util.List;
import java.util.stream.Stream;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.annotation.NatsListener;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBuckets;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;

class InvalidKeyValueListenerTests {

	@AutoClose
	private static final KeyValueListenerScene scene = new KeyValueListenerScene();

	@ParameterizedTest
	@MethodSource
	void failsStartUpNamingTheMethod(Class<?> type, String problem) {
		scene.runner()
			.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidListenerException.class)
				.hasMessageContaining(type.getName() + ".on(")
				.hasMessageContaining(problem));
	}

	static Stream<Arguments> failsStartUpNamingTheMethod() {
		return Stream.of(Arguments.of(NoBucket.class, "no bucket"),
				Arguments.of(BrokenBucket.class, "'a bucket' is neither a bucket key"),
				Arguments.of(EmptyKeys.class, "'' is not a filter"), Arguments.of(NoKeys.class, "no keys"),
				Arguments.of(BrokenKeys.class, "a..b"), Arguments.of(InnerRest.class, ">.a"),
				Arguments.of(BrokenVariable.class, "token '{a' is not a variable"),
				Arguments.of(Overlapping.class, "'a.*' and '*.b' of a watch overlap"),
				Arguments.of(SameKeysTwice.class, "'a' and 'a' of a watch overlap"),
				Arguments.of(NoSuchVariable.class, "{name}"), Arguments.of(NoSuchBean.class, "no bean for parameter 2"),
				Arguments.of(TwoValues.class, "could each be the value"),
				Arguments.of(EntryAndOtherValue.class, "wants the value as java.lang.Integer"),
				Arguments.of(ListAndVariable.class, "belongs to a single change"),
				Arguments.of(ListAndRawEntry.class, "belongs to a single change"),
				Arguments.of(ListAndOperation.class, "belongs to a single change"),
				Arguments.of(ListAndEntry.class, "belongs to a single change"),
				Arguments.of(ListAndValue.class, "is neither a bean nor the list of entries"),
				Arguments.of(TwoLists.class, "two lists of entries"), Arguments.of(Primitive.class, "cannot be null"),
				Arguments.of(AHeader.class, "is a header"), Arguments.of(AResult.class, "returns a java.lang.String"),
				Arguments.of(UnknownErrorHandler.class, "no error handler 'nobody'"),
				Arguments.of(UnknownConnection.class, "no connection 'other'"),
				Arguments.of(AutoStartupText.class, "'autoStartup' is 'maybe'"));
	}

	@Test
	void anIdThatAListenerOnASubjectHasIsRefused() {
		scene.runner()
			.withBean(SameId.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(SameId.class.getName() + ".one(")
				.hasMessageContaining(SameId.class.getName() + ".two("));
	}

	@Test
	void withoutAnythingToWatchWithTheMissingBeanIsNamed() {
		scene.runner()
			.withBean(KeyValueBuckets.class, () -> Mockito.mock(KeyValueBuckets.class))
			.withBean(Fine.class)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("BucketWatchFactory"));
	}

	static class ListAndVariable {

		@KeyValueListener(bucket = "flags", keys = "feature.{name}")
		void on(List<BucketEntry<String>> changes, @DestinationVariable String name) {
		}

	}

	static class ListAndRawEntry {

		@KeyValueListener("flags")
		void on(KeyValueEntry entry, List<BucketEntry<String>> changes) {
		}

	}

	static class ListAndOperation {

		@KeyValueListener("flags")
		void on(List<BucketEntry<String>> changes, KeyValueOperation operation) {
		}

	}

	static class ListAndEntry {

		@KeyValueListener("flags")
		void on(List<BucketEntry<String>> changes, BucketEntry<String> change) {
		}

	}

	static class ListAndValue {

		@KeyValueListener("flags")
		void on(List<BucketEntry<String>> changes, String value) {
		}

	}

	static class TwoLists {

		@KeyValueListener("flags")
		void on(List<BucketEntry<String>> changes, List<BucketEntry<Integer>> others) {
		}

	}

	static class NoBucket {

		@KeyValueListener
		void on(String value) {
		}

	}

	static class BrokenBucket {

		@KeyValueListener("a bucket")
		void on(String value) {
		}

	}

	static class EmptyKeys {

		@KeyValueListener(bucket = "flags", keys = "")
		void on(String value) {
		}

	}

	static class NoKeys {

		@KeyValueListener(bucket = "flags", keys = {})
		void on(String value) {
		}

	}

	static class BrokenKeys {

		@KeyValueListener(bucket = "flags", keys = "a..b")
		void on(String value) {
		}

	}

	static class InnerRest {

		@KeyValueListener(bucket = "flags", keys = ">.a")
		void on(String value) {
		}

	}

	static class BrokenVariable {

		@KeyValueListener(bucket = "flags", keys = "{a.b")
		void on(String value) {
		}

	}

	static class Overlapping {

		@KeyValueListener(bucket = "flags", keys = { "a.{any}", "*.b" })
		void on(String value) {
		}

	}

	static class SameKeysTwice {

		@KeyValueListener(bucket = "flags", keys = { "a", "a" })
		void on(String value) {
		}

	}

	static class NoSuchVariable {

		@KeyValueListener(bucket = "flags", keys = { "a.{name}", "b.{other}" })
		void on(@DestinationVariable String name) {
		}

	}

	static class NoSuchBean {

		@KeyValueListener("flags")
		void on(String value, KeyValue profiles) {
		}

	}

	static class TwoValues {

		@KeyValueListener("flags")
		void on(String one, Integer two) {
		}

	}

	static class EntryAndOtherValue {

		@KeyValueListener("flags")
		void on(BucketEntry<String> one, KeyValueEntry raw, Integer two) {
		}

	}

	static class Primitive {

		@KeyValueListener("flags")
		void on(int value) {
		}

	}

	static class AHeader {

		@KeyValueListener("flags")
		void on(@Header("trace") String trace) {
		}

	}

	static class AResult {

		@KeyValueListener("flags")
		String on(String value) {
			return value;
		}

	}

	static class UnknownErrorHandler {

		@KeyValueListener(bucket = "flags", errorHandler = "nobody")
		void on(String value) {
		}

	}

	static class UnknownConnection {

		@KeyValueListener(bucket = "flags", connection = "other")
		void on(String value) {
		}

	}

	static class AutoStartupText {

		@KeyValueListener(bucket = "flags", autoStartup = "maybe")
		void on(String value) {
		}

	}

	static class SameId {

		@NatsListener(subjects = "one", id = "same")
		void one(String text) {
		}

		@KeyValueListener(bucket = "flags", id = "same")
		void two(String value) {
		}

	}

	static class Fine {

		@KeyValueListener("flags")
		void on(String value) {
		}

	}

}
