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

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.Source;
import io.github.natskv.autoconfigure.NatsKeyValueProperties.SubjectMapping;
import io.nats.client.api.External;
import io.nats.client.api.Mirror;
import io.nats.client.api.SourceBase;
import io.nats.client.api.SubjectTransform;

import org.springframework.util.StringUtils;

/**
 * Maps the properties of mirrors and sources.
 */
class BucketSourceMapper {

	Mirror mirror(String property, Source source) {
		return apply(property, source, Mirror.builder()).build();
	}

	List<io.nats.client.api.Source> sources(String property, List<Source> sources) {
		List<io.nats.client.api.Source> mapped = new ArrayList<>();
		for (int i = 0; i < sources.size(); i++) {
			mapped.add(apply(property + "[" + i + "]", sources.get(i), io.nats.client.api.Source.builder()).build());
		}
		return mapped;
	}

	private <B extends SourceBase.SourceBaseBuilder<B>> B apply(String property, Source source, B builder) {
		if (!StringUtils.hasText(source.bucket())) {
			throw new InvalidNatsPropertyException(property + ".bucket", "is missing.",
					"Name the bucket the changes come from.");
		}
		builder.sourceName(source.bucket());
		if (StringUtils.hasText(source.apiPrefix())) {
			builder.external(External.builder().api(source.apiPrefix()).deliver(source.deliverPrefix()).build());
		}
		else if (StringUtils.hasText(source.domain())) {
			builder.domain(source.domain());
		}
		if (source.startRevision() != null) {
			builder.startSeq(source.startRevision());
		}
		if (source.startTime() != null) {
			builder.startTime(source.startTime().atZone(ZoneOffset.UTC));
		}
		if (StringUtils.hasText(source.filterSubject())) {
			builder.filterSubject(source.filterSubject());
		}
		List<SubjectTransform> transforms = new ArrayList<>();
		for (SubjectMapping mapping : source.subjectTransforms()) {
			transforms
				.add(SubjectTransform.builder().source(mapping.source()).destination(mapping.destination()).build());
		}
		if (!transforms.isEmpty()) {
			builder.subjectTransforms(transforms);
		}
		return builder;
	}

}
