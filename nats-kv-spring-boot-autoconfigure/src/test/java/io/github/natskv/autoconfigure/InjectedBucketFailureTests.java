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

package io.github.natskv.autoconfigure;

import java.util.Map;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.reactive.ReactiveKeyValueBucket;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.KeyValue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class InjectedBucketFailureTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	@ParameterizedTest
	@ValueSource(classes = { ByQualifier.class, ByConstructor.class, ByName.class, OfHandler.class, Reactive.class })
	void bothTypesAreNamedWhereTheyDiffer(Class<?> type, CapturedOutput output) {
		String box = failure(type, output);
		assertThat(box).contains(type.getName())
			.contains("values of bucket 'flags' as java.lang.Integer")
			.contains("'nats.kv.buckets.flags.value-type' is java.lang.String");
		assertThat(box.substring(box.indexOf("Action:"))).contains("KeyValueBucket<java.lang.String>");
	}

	@Test
	void bucketsAreListedWhereThereIsNoneOfThatName(CapturedOutput output) {
		assertThat(failure(Unknown.class, output)).contains("Field bucket in " + Unknown.class.getName())
			.contains("'flags' (java.lang.String)", "'profiles' (java.lang.Long)", "Did you mean 'flags'?");
	}

	@Test
	void theListenerIsNamedWhereSeveralBucketsFit(CapturedOutput output) {
		String box = failure(Ambiguous.class, output);
		assertThat(box).contains("Ambiguous.on(String, KeyValue)", "parameter 2 'kv'");
		assertThat(box.substring(box.indexOf("Action:"))).contains("@Qualifier", "flags", "profiles");
	}

	private static String failure(Class<?> type, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class, type).web(WebApplicationType.NONE)
				.properties(Map.of("nats.servers", server.url(), "nats.kv.buckets.flags.value-type", "java.lang.String",
						"nats.kv.buckets.profiles.value-type", "java.lang.Long"))
				.run()
				.close());
		return output.getAll().substring(output.getAll().lastIndexOf("APPLICATION FAILED TO START"));
	}

	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
			NatsKeyValueAutoConfiguration.class, NatsListenerAutoConfiguration.class })
	static class Application {

	}

	static class ByQualifier {

		@Autowired
		@Qualifier("flags")
		KeyValueBucket<Integer> bucket;

	}

	static class Reactive {

		@Autowired
		@Qualifier("flags")
		ReactiveKeyValueBucket<Integer> bucket;

	}

	static class ByConstructor {

		ByConstructor(@Qualifier("flags") KeyValueBucket<Integer> bucket) {
		}

	}

	static class ByName {

		@Autowired
		KeyValueBucket<Integer> flags;

	}

	static class OfHandler {

		@NatsListener("subject")
		void on(String text, KeyValueBucket<Integer> flags) {
		}

	}

	static class Unknown {

		@Autowired
		@Qualifier("flag")
		KeyValueBucket<Integer> bucket;

	}

	static class Ambiguous {

		@NatsListener("subject")
		void on(String text, KeyValue kv) {
		}

	}

}
