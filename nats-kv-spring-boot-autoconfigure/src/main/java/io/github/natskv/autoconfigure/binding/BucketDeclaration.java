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

package io.github.natskv.autoconfigure.binding;

import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.connection.ConnectionName;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.KeyValueCodec;
import io.github.natskv.kv.support.Suggestion;
import io.github.natskv.provisioning.BucketDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * A bucket of the configuration: what the server is to keep, how the application uses it,
 * and the beans it becomes.
 *
 * @param connection the connection the bucket is reached over
 * @param definition what the server is to keep
 * @param settings how the application uses it
 * @param beanName name of the {@code KeyValue} bean
 * @param codecBeanName name of the codec bean, if not the application's
 */
public record BucketDeclaration(ConnectionName connection, BucketDefinition definition, BucketSettings settings,
		String beanName, @Nullable String codecBeanName) {

	/**
	 * The suffix of the name of the bean of a typed bucket.
	 */
	public static final String TYPED_SUFFIX = "Bucket";

	/**
	 * The suffix of the name of the bean of a reactive bucket.
	 */
	public static final String REACTIVE_SUFFIX = "ReactiveBucket";

	public String key() {
		return this.settings.key();
	}

	public void checkCodec(ListableBeanFactory beanFactory) {
		String codec = this.codecBeanName;
		if (codec != null
				&& !(beanFactory.containsBean(codec) && beanFactory.isTypeMatch(codec, KeyValueCodec.class))) {
			throw new InvalidNatsPropertyException(this.definition.declaredBy() + ".codec",
					"there is no bean '%s' of type KeyValueCodec.".formatted(codec),
					Suggestion.question(codec,
							List.of(beanFactory.getBeanNamesForType(KeyValueCodec.class, true, false)))
							+ "Define that bean, or name another one.");
		}
	}

	public BucketSettings settings(BeanFactory beanFactory) {
		return (this.codecBeanName == null) ? this.settings
				: this.settings.withCodec(beanFactory.getBean(this.codecBeanName, KeyValueCodec.class));
	}

	// That of a named connection may have the key of one of the default connection, and
	// must not make that one's qualifier ambiguous.
	public String qualifier() {
		return this.connection.isDefault() ? key() : this.beanName;
	}

	public String typedBeanName() {
		return qualifier() + TYPED_SUFFIX;
	}

	public String reactiveBeanName() {
		return qualifier() + REACTIVE_SUFFIX;
	}

}
