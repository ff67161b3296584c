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

import java.util.ArrayList;
import java.util.List;

import org.springframework.core.env.Environment;

/**
 * The buckets of the configuration.
 */
final class BucketDeclarations {

	private final List<BucketDeclaration> declarations;

	private BucketDeclarations(List<BucketDeclaration> declarations) {
		this.declarations = List.copyOf(declarations);
	}

	static BucketDeclarations from(Environment environment) {
		NatsKeyValueProperties properties = new KeyValuePropertiesBinder(environment).bind();
		List<BucketDeclaration> declarations = new ArrayList<>();
		properties.getBuckets().forEach((key, bucket) -> {
			BucketDeclarationMapper mapper = new BucketDeclarationMapper(key, bucket);
			declarations.add(mapper.map(properties.getProvisioning()));
		});
		return new BucketDeclarations(declarations);
	}

	List<BucketDeclaration> all() {
		return this.declarations;
	}

}
