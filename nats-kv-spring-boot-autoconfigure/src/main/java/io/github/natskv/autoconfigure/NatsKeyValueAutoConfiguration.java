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

import java.util.List;

import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueBuckets;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.provisioning.BucketProvisioner;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of Key-Value buckets.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = NatsAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
public final class NatsKeyValueAutoConfiguration {

	NatsKeyValueAutoConfiguration() {
	}

	@Bean
	static KeyValueBeanDefinitionRegistrar natsKeyValueBeanDefinitionRegistrar(Environment environment) {
		return new KeyValueBeanDefinitionRegistrar(environment);
	}

	@Bean
	BucketDeclarations natsBucketDeclarations(Environment environment) {
		return BucketDeclarations.from(environment);
	}

	@Bean(initMethod = "provision")
	BucketProvisioner natsBucketProvisioner(Connection connection, JetStreamManagement management,
			KeyValueManagement keyValueManagement, BucketDeclarations declarations) {
		return new BucketProvisioner(connection, management, keyValueManagement,
				declarations.all().stream().map(BucketDeclaration::definition).toList());
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueCodec natsKeyValueCodec(PayloadConverter payloadConverter) {
		return new DefaultKeyValueCodec(payloadConverter);
	}

	@Bean
	@ConditionalOnMissingBean(KeyValueBuckets.class)
	DefaultKeyValueBuckets natsKeyValueBuckets(Connection connection, JetStreamOptions options, KeyValueCodec codec,
			BucketDeclarations declarations, BucketProvisioner provisioner, BeanFactory beanFactory) {
		List<BucketSettings> settings = declarations.all()
			.stream()
			.map((declaration) -> declaration.settings(beanFactory))
			.toList();
		return new DefaultKeyValueBuckets(connection, options, settings, codec, provisioner::restore);
	}

}
