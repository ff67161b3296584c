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

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.natskv.annotation.NatsListener;
import io.github.natskv.autoconfigure.connection.NatsAutoConfiguration;
import io.github.natskv.autoconfigure.kv.NatsKeyValueAutoConfiguration;
import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketNotFoundException;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.testsupport.NatsServer;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Each way a bucket can be injected, and who wins over a bucket's bean name.
 */
class BucketInjectionTests {

	@AutoClose
	private static final NatsServer server = NatsServer.start();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsKeyValueAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	@BeforeEach
	void deleteBuckets() throws Exception {
		try (Connection connection = server.connect()) {
			for (String name : connection.keyValueManagement().getBucketNames()) {
				connection.keyValueManagement().delete(name);
			}
		}
	}

	@Test
	void theOnlyBucketNeedsNoQualifier() {
		this.runner.withPropertyValues("nats.kv.buckets.bucket.history=5")
			.withUserConfiguration(OneBucket.class)
			.run((context) -> {
				KeyValue bucket = context.getBean(OneBucket.class).anyName;
				long revision = bucket.put("key", "Hello!");
				bucket.put("key", "Bye!");
				assertThat(bucket.get("key").getValueAsString()).isEqualTo("Bye!");
				assertThat(bucket.get("key", revision).getValueAsString()).isEqualTo("Hello!");
			});
	}

	@Test
	void severalBucketsAreToldApartByQualifierParameterNameAndMap() {
		this.runner
			.withPropertyValues("nats.kv.buckets.profiles.name=server-profiles", "nats.kv.buckets.flags.history=2")
			.withUserConfiguration(SeveralBuckets.class)
			.run((context) -> {
				SeveralBuckets beans = context.getBean(SeveralBuckets.class);
				assertThat(beans.byQualifier.getBucketName()).isEqualTo("server-profiles");
				assertThat(beans.byName.getBucketName()).isEqualTo("flags");
				assertThat(beans.byMap).containsOnlyKeys("profiles", "flags");
				assertThat(beans.byProvider.stream()).hasSize(2);
				assertThat(beans.byOptional).isPresent();
				assertThat(beans.buckets.names()).containsExactlyInAnyOrder("profiles", "flags");
				assertThat(beans.buckets.keyValue("profiles").getBucketName()).isEqualTo("server-profiles");
			});
	}

	@Test
	void aValueTypeMayHaveTypeArguments() {
		this.runner
			.withPropertyValues("nats.kv.buckets.tags.value-type=java.util.List<String>",
					"nats.kv.buckets.limits.value-type=java.util.Map<String, Integer>")
			.withUserConfiguration(GenericBuckets.class)
			.run((context) -> {
				GenericBuckets beans = context.getBean(GenericBuckets.class);
				beans.tags.put("a", List.of("x", "y"));
				beans.limits.put("a", Map.of("max", 7));
				assertThat(beans.tags.get("a")).containsExactly("x", "y");
				assertThat(beans.limits.get("a")).containsEntry("max", 7);
			});
	}

	@Test
	void typedBucketsAreInjectedByTheirGenericType() {
		this.runner
			.withPropertyValues("nats.kv.buckets.profiles.value-type=" + Profile.class.getName(),
					"nats.kv.buckets.counters.value-type=java.lang.Long", "nats.kv.buckets.raw.history=1")
			.withUserConfiguration(TypedBuckets.class)
			.run((context) -> {
				TypedBuckets beans = context.getBean(TypedBuckets.class);
				beans.profiles.put("a", new Profile("Ann", 7));
				beans.numbers.put("n", 42L);
				assertThat(beans.profiles.get("a")).isEqualTo(new Profile("Ann", 7));
				assertThat(beans.numbers.get("n")).isEqualTo(42L);
				assertThat(context).hasBean("profilesBucket").hasBean("countersBucket");
				assertThat(context.getBean(KeyValueBuckets.class).bucket("raw", String.class).getName())
					.isEqualTo("raw");
				assertThat(context.getBean(KeyValueBuckets.class)
					.bucket("profiles", new ParameterizedTypeReference<List<String>>() {
					})
					.getName()).isEqualTo("profiles");
			});
	}

	@Test
	void withoutAValueTypeThatOfTheInjectionPointCounts() {
		this.runner
			.withPropertyValues("nats.kv.buckets.flags.history=1", "nats.kv.buckets.profiles.history=1",
					"nats.kv.buckets.counters.value-type=java.lang.Long")
			.withUserConfiguration(UntypedBuckets.class)
			.run((context) -> {
				UntypedBuckets beans = context.getBean(UntypedBuckets.class);
				beans.profiles.put("a", new Profile("Ann", 7));
				assertThat(beans.profiles.get("a")).isEqualTo(new Profile("Ann", 7));
				assertThat(beans.provider.getObject().get("a")).isEqualTo(Map.of("name", "Ann", "age", 7));
				beans.flags.put("f", "on");
				assertThat(beans.flags.get("f")).isEqualTo("on");
				assertThat(beans.parameter).isEqualTo("on");
				beans.counters.put("c", 1L);
				assertThat(beans.counters.getName()).isEqualTo("counters");
				assertThat(context.getBeansOfType(KeyValueBucket.class)).containsOnlyKeys("flagsBucket",
						"profilesBucket", "countersBucket");
			});
	}

	@Test
	void aTypedBucketIsSelectedByTheNameOfItsKey() {
		this.runner
			.withPropertyValues("nats.kv.buckets.first.value-type=java.lang.String",
					"nats.kv.buckets.second.value-type=java.lang.String", "nats.kv.buckets.profiles.history=1",
					"nats.kv.buckets.flags.history=1", "nats.kv.buckets.words.history=1")
			.withUserConfiguration(ByKey.class)
			.run((context) -> {
				ByKey beans = context.getBean(ByKey.class);
				assertThat(beans.first.getName()).isEqualTo("first");
				assertThat(beans.second.getName()).isEqualTo("second");
				assertThat(beans.words.getName()).isEqualTo("words");
				beans.profiles.put("a", new Profile("Ann", 7));
				assertThat(beans.profiles.get("a")).isEqualTo(new Profile("Ann", 7));
				assertThat(beans.flags.getObject().getName()).isEqualTo("flags");
				assertThat(beans.parameter).isEqualTo("words");
			});
	}

	@Test
	void aHandlersParameterSelectsATypedBucketByTheNameOfItsKey() {
		this.runner.withConfiguration(AutoConfigurations.of(NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.kv.buckets.flags.history=1", "nats.kv.buckets.profiles.history=1")
			.withBean(ByKeyListener.class)
			.run((context) -> assertThat(context.getBean(NatsTemplate.class).request("by-key", "a", String.class))
				.isEqualTo("profiles"));
	}

	@Test
	void autoConfigurationsAfterwardsSeeTheBeansOfBucketsInTheirConditions() {
		this.runner.withConfiguration(AutoConfigurations.of(Afterwards.class))
			.withPropertyValues("nats.kv.buckets.profiles.value-type=" + Profile.class.getName(),
					"nats.connections.archive.servers=" + server.url(),
					"nats.connections.archive.kv.buckets.audit.history=1")
			.run((context) -> assertThat(context).hasBean("byType")
				.hasBean("byName")
				.hasBean("byGenericType")
				.hasBean("single")
				.hasBean("ofConnection")
				.doesNotHaveBean("missing"));
		this.runner.withConfiguration(AutoConfigurations.of(Afterwards.class))
			.run((context) -> assertThat(context).doesNotHaveBean("byType")
				.doesNotHaveBean("byName")
				.hasBean("missing"));
	}

	@Test
	void aBucketThatIsMissingSaysWhetherItIsDeclared() {
		this.runner.withPropertyValues("nats.kv.buckets.profiles.history=1").run((context) -> {
			KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
			assertThatExceptionOfType(BucketNotFoundException.class)
				.isThrownBy(() -> buckets.bucket("profile", String.class).get("a"))
				.withMessageContaining("no bucket 'profile'. It is not declared. Did you mean 'profiles'?");
			assertThatExceptionOfType(BucketNotFoundException.class)
				.isThrownBy(() -> buckets.bucket("elsewhere", String.class).put("a", "b"))
				.withMessageContaining("no bucket 'elsewhere'. It is not declared. Correct the name");
			context.getBean(KeyValueManagement.class).delete("profiles");
			assertThatExceptionOfType(BucketNotFoundException.class)
				.isThrownBy(() -> buckets.bucket("profiles", String.class).get("a"))
				.withMessageContaining("no bucket 'profiles'. It is declared");
		});
	}

	@Test
	void aComponentOfThatNameIsAFailureWithTheLineToAdd() {
		this.runner.withPropertyValues("nats.kv.buckets.profiles.history=1")
			.withBean("profiles", Profiles.class)
			.run((context) -> assertThat(FailureAnalyses.of(context).getAction().lines().map(String::trim))
				.contains("nats.kv.buckets.profiles.bean-name: profilesKeyValue"));
		this.runner
			.withPropertyValues("nats.kv.buckets.profiles.history=1",
					"nats.kv.buckets.profiles.bean-name=profilesKeyValue")
			.withBean("profiles", Profiles.class)
			.run((context) -> assertThat(context.getBean(Profiles.class).bucket.getBucketName()).isEqualTo("profiles"));
	}

	@Test
	void parametersOfHandlersSayTheTypeOfTheValues() {
		this.runner.withConfiguration(AutoConfigurations.of(NatsListenerAutoConfiguration.class))
			.withPropertyValues("nats.kv.buckets.flags.history=1", "nats.kv.buckets.profiles.history=1")
			.withBean(ProfileListener.class)
			.run((context) -> assertThat(context.getBean(NatsTemplate.class).request("older", "a", Integer.class))
				.isEqualTo(8));
	}

	@Test
	void theOnlyBucketNeedsNeitherValueTypeNorQualifier() {
		this.runner.withPropertyValues("nats.kv.buckets.profiles.history=1")
			.withUserConfiguration(OneUntypedBucket.class)
			.run((context) -> {
				KeyValueBucket<Profile> bucket = context.getBean(OneUntypedBucket.class).profiles;
				bucket.put("a", new Profile("Ann", 7));
				assertThat(bucket.get("a")).isEqualTo(new Profile("Ann", 7));
			});
	}

	@Test
	void typedBucketsOfOneTypeAreToldApartByQualifier() {
		this.runner
			.withPropertyValues("nats.kv.buckets.first.value-type=java.lang.String",
					"nats.kv.buckets.second.value-type=java.lang.String", "nats.kv.buckets.second.bean-name=other")
			.withUserConfiguration(SameType.class)
			.run((context) -> {
				SameType beans = context.getBean(SameType.class);
				assertThat(beans.one.getName()).isEqualTo("first");
				assertThat(beans.two.getName()).isEqualTo("second");
				assertThat(beans.handle.getBucketName()).isEqualTo("second");
				assertThat(beans.byBeanName.getBucketName()).isEqualTo("second");
				assertThat(beans.byTypedBeanName.getName()).isEqualTo("second");
				assertThat(context).hasBean("other").doesNotHaveBean("second");
			});
	}

	@Test
	void theUsersOwnKeyValueBeanReplacesOurs() {
		KeyValue own = mock(KeyValue.class);
		this.runner.withPropertyValues("nats.kv.buckets.profiles.history=1")
			.withBean("profiles", KeyValue.class, () -> own)
			.run((context) -> assertThat(context.getBean(KeyValue.class)).isSameAs(own));
	}

	@Test
	void anotherBeanOfThatNameIsAFailureThatProposesBeanName() {
		this.runner.withPropertyValues("nats.kv.buckets.profiles.history=1")
			.withUserConfiguration(NameTaken.class)
			.run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.kv.buckets.profiles",
						"java.lang.String", "NameTaken");
				assertThat(FailureAnalyses.of(context).getAction()).contains("nats.kv.buckets.profiles.bean-name");
			});
		this.runner.withPropertyValues("nats.kv.buckets.profiles.bean-name=profilesKv")
			.withUserConfiguration(NameTaken.class)
			.run((context) -> assertThat(context.getBean("profilesKv", KeyValue.class).getBucketName())
				.isEqualTo("profiles"));
	}

	@Test
	void aCodecNamedByABucketIsForThatBucketOnly() {
		KeyValueCodec shouting = new DefaultKeyValueCodec(new PayloadConverter()) {
			@Override
			public byte[] encode(Object value, Type type) {
				return super.encode(value + "!", type);
			}
		};
		this.runner
			.withPropertyValues("nats.kv.buckets.a.value-type=java.lang.String", "nats.kv.buckets.a.codec=shouting",
					"nats.kv.buckets.b.value-type=java.lang.String")
			.withBean("shouting", KeyValueCodec.class, () -> shouting)
			.run((context) -> {
				KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
				buckets.bucket("a", String.class).put("k", "v");
				buckets.bucket("b", String.class).put("k", "v");
				assertThat(buckets.keyValue("a").get("k").getValueAsString()).isEqualTo("v!");
				assertThat(buckets.keyValue("b").get("k").getValueAsString()).isEqualTo("v");
			});
	}

	@Test
	void theOnlyOtherCodecIsTheApplications() {
		KeyValueCodec constant = new DefaultKeyValueCodec(new PayloadConverter()) {
			@Override
			public byte[] encode(Object value, Type type) {
				return super.encode("constant", type);
			}
		};
		this.runner.withPropertyValues("nats.kv.buckets.a.value-type=java.lang.String")
			.withBean(KeyValueCodec.class, () -> constant)
			.run((context) -> {
				KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
				buckets.bucket("a", String.class).put("k", "v");
				assertThat(buckets.keyValue("a").get("k").getValueAsString()).isEqualTo("constant");
			});
	}

	@Test
	void twoBucketsCannotHaveOneBeanName() {
		this.runner.withPropertyValues("nats.kv.buckets.a.history=1", "nats.kv.buckets.b.bean-name=a")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("nats.kv.buckets.a",
					"nats.kv.buckets.b"));
	}

	@Test
	void configurationBeansAreProvisionedByTheSamePolicy() {
		this.runner.withPropertyValues("nats.kv.buckets.profiles.history=1")
			.withBean("audit", KeyValueConfiguration.class,
					() -> KeyValueConfiguration.builder("audit-log").maxHistoryPerKey(7).build())
			.run((context) -> {
				KeyValueBuckets buckets = context.getBean(KeyValueBuckets.class);
				assertThat(buckets.names()).containsExactlyInAnyOrder("profiles", "audit-log");
				assertThat(buckets.bucket("audit-log", String.class).getStatus().getMaxHistoryPerKey()).isEqualTo(7);
				assertThat(context).getBeans(KeyValue.class).hasSize(1);
			});
		this.runner.withPropertyValues("nats.kv.provisioning=validate")
			.withBean("audit", KeyValueConfiguration.class,
					() -> KeyValueConfiguration.builder("audit-log").maxHistoryPerKey(8).build())
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).contains("bean 'audit'",
					"history is 7 instead of 8"));
	}

	@Test
	void aBucketKnownByItsServersNameIsBoundAndNeverCreated() throws Exception {
		this.runner.run((context) -> {
			context.getBean(KeyValueBuckets.class).keyValue("elsewhere");
			assertThat(context.getBean(Connection.class).keyValueManagement().getBucketNames()).isEmpty();
		});
	}

	record Profile(String name, int age) {
	}

	@Configuration(proxyBeanMethods = false)
	static class OneBucket {

		@Autowired
		private KeyValue anyName;

	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralBuckets {

		private final KeyValue byQualifier;

		private final KeyValue byName;

		private final Map<String, KeyValue> byMap;

		private final ObjectProvider<KeyValue> byProvider;

		private final Optional<KeyValue> byOptional;

		private final KeyValueBuckets buckets;

		SeveralBuckets(@Qualifier("profiles") KeyValue byQualifier, KeyValue flags, Map<String, KeyValue> byMap,
				ObjectProvider<KeyValue> byProvider, @Qualifier("flags") Optional<KeyValue> byOptional,
				KeyValueBuckets buckets) {
			this.byQualifier = byQualifier;
			this.byName = flags;
			this.byMap = byMap;
			this.byProvider = byProvider;
			this.byOptional = byOptional;
			this.buckets = buckets;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TypedBuckets {

		@Autowired
		private KeyValueBucket<Profile> profiles;

		@Autowired
		private KeyValueBucket<Long> numbers;

	}

	@Configuration(proxyBeanMethods = false)
	static class SameType {

		@Autowired
		@Qualifier("first")
		private KeyValueBucket<String> one;

		@Autowired
		@Qualifier("second")
		private KeyValueBucket<String> two;

		@Autowired
		@Qualifier("second")
		private KeyValue handle;

		@Autowired
		@Qualifier("other")
		private KeyValue byBeanName;

		@Autowired
		@Qualifier("secondBucket")
		private KeyValueBucket<String> byTypedBeanName;

	}

	@Configuration(proxyBeanMethods = false)
	static class NameTaken {

		@Bean
		String profiles() {
			return "taken";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UntypedBuckets {

		@Autowired
		@Qualifier("flags")
		KeyValueBucket<String> flags;

		@Autowired
		KeyValueBucket<Long> counters;

		final KeyValueBucket<Profile> profiles;

		final ObjectProvider<KeyValueBucket<Map<String, Object>>> provider;

		String parameter;

		UntypedBuckets(@Qualifier("profiles") KeyValueBucket<Profile> profiles,
				@Qualifier("profiles") ObjectProvider<KeyValueBucket<Map<String, Object>>> provider) {
			this.profiles = profiles;
			this.provider = provider;
		}

		@Bean
		Object other(@Qualifier("flags") KeyValueBucket<String> bucket) {
			bucket.put("f", "on");
			this.parameter = bucket.get("f");
			return new Object();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneUntypedBucket {

		@Autowired
		KeyValueBucket<Profile> profiles;

	}

	static class Profiles {

		final KeyValue bucket;

		Profiles(@Qualifier("profiles") KeyValue bucket) {
			this.bucket = bucket;
		}

	}

	static class ProfileListener {

		@NatsListener("older")
		int older(String key, @Qualifier("profiles") KeyValueBucket<Profile> profiles) {
			profiles.put(key, new Profile("Ann", 7));
			return profiles.get(key).age() + 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByKey {

		@Autowired
		KeyValueBucket<String> first;

		@Autowired
		KeyValueBucket<String> words;

		final KeyValueBucket<String> second;

		final KeyValueBucket<Profile> profiles;

		final ObjectProvider<KeyValueBucket<Boolean>> flags;

		String parameter;

		ByKey(KeyValueBucket<String> second, KeyValueBucket<Profile> profiles,
				ObjectProvider<KeyValueBucket<Boolean>> flags) {
			this.second = second;
			this.profiles = profiles;
			this.flags = flags;
		}

		@Bean
		Object other(KeyValueBucket<String> words) {
			this.parameter = words.getName();
			return new Object();
		}

	}

	static class ByKeyListener {

		@NatsListener("by-key")
		String on(String text, KeyValueBucket<Profile> profiles) {
			return profiles.getName();
		}

	}

	@AutoConfiguration(after = NatsKeyValueAutoConfiguration.class)
	static class Afterwards {

		@Bean
		@ConditionalOnBean(KeyValue.class)
		Object byType() {
			return new Object();
		}

		@Bean
		@ConditionalOnBean(name = "profiles")
		Object byName() {
			return new Object();
		}

		@Bean
		@ConditionalOnBean(parameterizedContainer = KeyValueBucket.class, value = Profile.class)
		Object byGenericType() {
			return new Object();
		}

		@Bean
		@ConditionalOnSingleCandidate(KeyValue.class)
		Object single() {
			return new Object();
		}

		@Bean
		@ConditionalOnBean(name = "audit")
		Object ofConnection() {
			return new Object();
		}

		@Bean
		@ConditionalOnMissingBean(KeyValue.class)
		Object missing() {
			return new Object();
		}

	}

	static class GenericBuckets {

		@Autowired
		private KeyValueBucket<List<String>> tags;

		@Autowired
		private KeyValueBucket<Map<String, Integer>> limits;

	}

}
