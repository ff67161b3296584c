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

package io.github.natskv.autoconfigure.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.binding.KeyValuePropertiesBinder;
import io.github.natskv.autoconfigure.connection.NamedConnection;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.provisioning.BucketDefinition;
import io.github.natskv.provisioning.ProvisioningPolicy;
import io.nats.client.api.KeyValueConfiguration;

import org.springframework.core.env.Environment;

/**
 * The buckets of the configuration, of one connection.
 */
final class BucketDeclarations {

	private final ConnectionName connection;

	private final List<BucketDeclaration> declarations;

	private final ProvisioningPolicy policy;

	private BucketDeclarations(ConnectionName connection, List<BucketDeclaration> declarations,
			ProvisioningPolicy policy) {
		this.connection = connection;
		this.declarations = List.copyOf(declarations);
		this.policy = policy;
	}

	static BucketDeclarations from(Environment environment) {
		return from(ConnectionName.DEFAULT, new KeyValuePropertiesBinder(environment).bind());
	}

	static BucketDeclarations from(ConnectionName connection, NatsKeyValueProperties properties) {
		List<BucketDeclaration> declarations = new ArrayList<>();
		properties.getBuckets().forEach((key, bucket) -> {
			BucketDeclarationMapper mapper = new BucketDeclarationMapper(connection, key, bucket);
			declarations.add(mapper.map(properties.getProvisioning()));
		});
		return new BucketDeclarations(connection, declarations, properties.getProvisioning());
	}

	static BucketDeclarations from(NamedConnection connection) {
		return from(connection.properties().connection(), connection.properties().getKv());
	}

	// The buckets of all connections, the default one included.
	static Stream<BucketDeclaration> ofAllConnections(Environment environment) {
		return Stream
			.concat(Stream.of(from(environment)),
					NamedConnection.all(environment).stream().map(BucketDeclarations::from))
			.flatMap((declarations) -> declarations.all().stream());
	}

	// The names of the codec beans that a bucket of any connection names.
	static Set<String> codecs(Environment environment) {
		return ofAllConnections(environment).map(BucketDeclaration::codecBeanName)
			.filter(Objects::nonNull)
			.collect(Collectors.toSet());
	}

	/**
	 * Return what the server is to keep.
	 * @param beans buckets that are declared as beans, by bean name
	 * @return the definitions
	 */
	List<BucketDefinition> definitions(Map<String, KeyValueConfiguration> beans) {
		List<BucketDefinition> definitions = new ArrayList<>();
		this.declarations.forEach((declaration) -> definitions.add(declaration.definition()));
		beans.forEach((name, configuration) -> {
			checkKey(name, configuration.getBucketName());
			definitions
				.add(BucketDefinition.of(this.connection.prefix(), "bean '" + name + "'", this.policy, configuration));
		});
		return definitions;
	}

	// both would be asked for by this name
	private void checkKey(String bean, String bucket) {
		this.declarations.stream()
			.filter((declaration) -> declaration.key().equals(bucket)
					&& !declaration.definition().name().equals(bucket))
			.findFirst()
			.ifPresent((declaration) -> {
				throw new InvalidNatsPropertyException(declaration.definition().origin(),
						"the KeyValueConfiguration bean '%s' is a bucket '%s', too, but this one is called '%s' on the server."
							.formatted(bean, bucket, declaration.definition().name()),
						"Rename the bucket key or the bucket of the bean.");
			});
	}

	List<BucketDeclaration> all() {
		return this.declarations;
	}

}
