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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.binding.BucketDeclaration;
import io.github.natskv.core.PayloadConverter;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.DefaultKeyValueCodec;
import io.github.natskv.kv.KeyValueCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The codecs of the values of buckets: the one the bucket names, else the only codec bean
 * that no bucket names, else the default.
 */
class BucketCodecs {

	private final KeyValueCodec defaultCodec;

	private final List<BucketSettings> settings = new ArrayList<>();

	// The named codecs are those that a bucket of any connection names.
	BucketCodecs(List<BucketDeclaration> buckets, Set<String> namedCodecs, ListableBeanFactory beanFactory,
			PayloadConverter payloadConverter) {
		KeyValueCodec codec = applicationCodec(namedCodecs, beanFactory);
		this.defaultCodec = (codec != null) ? codec : new DefaultKeyValueCodec(payloadConverter);
		for (BucketDeclaration declaration : buckets) {
			BucketSettings bucket = declaration.settings(beanFactory);
			checkValueType(declaration, bucket);
			this.settings.add(bucket);
		}
	}

	private static @Nullable KeyValueCodec applicationCodec(Set<String> namedCodecs, ListableBeanFactory beanFactory) {
		Map<String, KeyValueCodec> codecs = new LinkedHashMap<>(beanFactory.getBeansOfType(KeyValueCodec.class));
		codecs.keySet().removeAll(namedCodecs);
		if (codecs.size() <= 1) {
			return codecs.isEmpty() ? null : codecs.values().iterator().next();
		}
		ObjectProvider<KeyValueCodec> candidates = beanFactory.getBeanProvider(KeyValueCodec.class);
		KeyValueCodec primary = candidates.getIfUnique();
		if (primary == null) {
			throw new InvalidNatsPropertyException("nats.kv.buckets.*.codec",
					"there are several KeyValueCodec beans that no bucket names: %s.".formatted(codecs.keySet()),
					"Mark the one for all other buckets with @Primary, or name each at a bucket.");
		}
		return primary;
	}

	private void checkValueType(BucketDeclaration declaration, BucketSettings bucket) {
		if (bucket.valueType() != null) {
			KeyValueCodec codec = (bucket.codec() != null) ? bucket.codec() : this.defaultCodec;
			try {
				codec.decoder(bucket.valueType());
			}
			catch (RuntimeException ex) {
				throw new InvalidNatsPropertyException(declaration.definition().declaredBy() + ".value-type",
						"values of type %s cannot be read: %s".formatted(bucket.valueType().getTypeName(),
								ex.getMessage()),
						"Add what is missing, choose another type, or name a KeyValueCodec bean with 'codec'.", ex);
			}
		}
	}

	KeyValueCodec defaultCodec() {
		return this.defaultCodec;
	}

	List<BucketSettings> settings() {
		return this.settings;
	}

}
