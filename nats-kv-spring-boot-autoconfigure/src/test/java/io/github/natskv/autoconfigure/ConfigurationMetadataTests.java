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

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.nats.client.Options;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What IDEs know about the properties.
 */
class ConfigurationMetadataTests {

	private static final Metadata METADATA = Metadata.read("META-INF/spring-configuration-metadata.json");

	/** A type of ours in a map or list, whose properties have metadata of their own. */
	private static final Pattern ELEMENT_TYPE = Pattern.compile("[<,](io\\.github\\.natskv\\.[^<>,]+)>");

	@Test
	void thereAreProperties() {
		assertThat(METADATA.properties()).extracting(Property::name)
			.contains("nats.servers", "nats.kv.buckets", "nats.jetstream.request-timeout", "nats.listener.concurrency");
		assertThat(allProperties().map(Property::name)).contains("value-type", "republish.destination", "api-prefix");
	}

	@ParameterizedTest
	@MethodSource("allProperties")
	void isDescribed(Property property) {
		assertThat(property.description()).as(property.name()).isNotBlank().endsWith(".").doesNotContain("\n", "{@");
	}

	@ParameterizedTest
	@MethodSource("durations")
	void saysWhatADurationWithoutUnitIs(Property property) {
		assertThat(property.description()).as(property.name())
			.contains("A number without unit is "
					+ (property.name().matches("(.*\\.)?((limit-marker-)?ttl|max-staleness|lease)") ? "seconds"
							: "milliseconds"));
	}

	@Test
	void pathsAreKnownAsSuch() {
		assertThat(METADATA.properties()).filteredOn((property) -> property.type().equals(Path.class.getName()))
			.extracting(Property::name)
			.containsExactlyInAnyOrder("nats.embedded.binary", "nats.embedded.store-dir");
	}

	@Test
	void whatIsNotSetHasTheDefaultOfJnats() {
		NatsProperties properties = new Binder().bindOrCreate("none", NatsProperties.class);
		assertThat(properties.inboxPrefix()).isEqualTo(Options.DEFAULT_INBOX_PREFIX);
		assertThat(properties.maxMessagesInOutgoingQueue()).isEqualTo(Options.DEFAULT_MAX_MESSAGES_IN_OUTGOING_QUEUE);
		assertThat(properties.writeQueuePushTimeout()).isEqualTo(Options.DEFAULT_WRITE_QUEUE_PUSH_TIMEOUT);
		assertThat(properties.socketWriteTimeout()).isEqualTo(Options.DEFAULT_SOCKET_WRITE_TIMEOUT);
		assertThat(properties.requestCleanupInterval()).isEqualTo(Options.DEFAULT_REQUEST_CLEANUP_INTERVAL);
		assertThat(properties.bufferSize().toBytes()).isEqualTo(Options.DEFAULT_BUFFER_SIZE);
		assertThat(properties.maxControlLine().toBytes()).isEqualTo(Options.DEFAULT_MAX_CONTROL_LINE);
	}

	@Test
	void namedConnectionsHaveTheirOwn() {
		assertThat(Metadata.of(NamedConnectionProperties.class.getName()).properties()).extracting(Property::name)
			.contains("template.reply-timeout", "kv.buckets", "kv.provisioning")
			.doesNotContain("template.observation-enabled");
	}

	@ParameterizedTest
	@MethodSource("properties")
	void hasTheDefaultTheCodeHas(Property property) throws Exception {
		PropertyDescriptor descriptor = descriptor(property);
		Object actual = descriptor.getReadMethod().invoke(new Binder().bindOrCreate("none", group(property)));
		if (property.defaultValue() == null) {
			assertThat(ObjectUtils.isEmpty(actual)).as("%s has the default %s", property.name(), actual).isTrue();
			return;
		}
		String value = (property.defaultValue() instanceof Collection<?> elements)
				? String.join(",", elements.stream().map(Object::toString).toList())
				: property.defaultValue().toString();
		Object documented = new Binder(new MapConfigurationPropertySource(Map.of("value", value)))
			.bind("value", Bindable.of(ResolvableType.forMethodReturnType(descriptor.getReadMethod())))
			.get();
		assertThat(documented).isEqualTo(actual);
	}

	@ParameterizedTest
	@MethodSource("properties")
	void isNotWhatKubernetesSetsBesideAServiceCalledNats(Property property) {
		assertThat(property.name()).doesNotMatch("nats\\.(port|host|service)([.-].*)?")
			.doesNotMatch("nats\\.embedded\\.(port|host|service)([.-].*)?");
	}

	@Test
	void hintsAreAboutPropertiesThereAre() {
		assertThat(METADATA.properties()).extracting(Property::name)
			.containsAll(METADATA.hints().stream().map((hint) -> (String) hint.get("name")).toList());
	}

	@Test
	void valueTypesAndCodecsAreReferences() {
		Metadata bucket = Metadata.of(NatsKeyValueProperties.Bucket.class.getName());
		assertThat(bucket.properties()).filteredOn((property) -> property.name().equals("value-type"))
			.singleElement()
			.extracting(Property::type)
			.isEqualTo("java.lang.String");
		assertThat(bucket.hints()).extracting((hint) -> hint.get("name")).containsExactly("codec", "value-type");
	}

	// the others are bound by conditions of Spring Boot
	static Stream<Property> properties() {
		return METADATA.properties().stream().filter((property) -> property.name().startsWith("nats."));
	}

	static Stream<Property> durations() {
		return allProperties().filter((property) -> property.type().equals(Duration.class.getName())
				&& !property.name().endsWith(".cache.time-to-live"));
	}

	static Stream<Property> allProperties() {
		List<Property> all = new ArrayList<>(METADATA.properties());
		List<String> types = new ArrayList<>();
		for (int i = 0; i < all.size(); i++) {
			Matcher matcher = ELEMENT_TYPE.matcher(all.get(i).type());
			while (matcher.find()) {
				if (!types.contains(matcher.group(1))) {
					types.add(matcher.group(1));
					all.addAll(Metadata.of(matcher.group(1)).properties());
				}
			}
		}
		return all.stream();
	}

	private static Class<?> group(Property property) {
		String name = property.name().substring(0, property.name().lastIndexOf('.'));
		return METADATA.groups()
			.stream()
			.filter((group) -> name.equals(group.get("name")))
			.map((group) -> ClassUtils.resolveClassName((String) group.get("type"), null))
			.filter((type) -> find(type, property).isPresent())
			.findFirst()
			.orElseThrow(() -> new AssertionError("No group of " + property.name()));
	}

	private static PropertyDescriptor descriptor(Property property) {
		return find(group(property), property).orElseThrow();
	}

	private static Optional<PropertyDescriptor> find(Class<?> type, Property property) {
		String name = property.name().substring(property.name().lastIndexOf('.') + 1);
		return Stream.of(BeanUtils.getPropertyDescriptors(type))
			.filter((descriptor) -> DataObjectPropertyName.toDashedForm(descriptor.getName()).equals(name))
			.findFirst();
	}

	/**
	 * A file with metadata.
	 */
	record Metadata(List<Map<String, Object>> groups, List<Property> properties, List<Map<String, Object>> hints) {

		static Metadata of(String type) {
			return read("META-INF/spring/configuration-metadata/" + type + ".json");
		}

		@SuppressWarnings("unchecked")
		static Metadata read(String file) {
			try (var in = new ClassPathResource(file).getInputStream()) {
				Map<String, List<Map<String, Object>>> json = new JsonMapper().readValue(in, Map.class);
				return new Metadata(json.get("groups"), json.get("properties")
					.stream()
					.map((property) -> new Property((String) property.get("name"), (String) property.get("type"),
							(String) property.get("description"), property.get("defaultValue")))
					.toList(), json.get("hints"));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(
						"No metadata of " + file + ": is @ConfigurationPropertiesSource missing?", ex);
			}
		}

	}

	record Property(String name, String type, @Nullable String description, @Nullable Object defaultValue) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
