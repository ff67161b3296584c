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
import io.github.natskv.autoconfigure.NatsKeyValueProperties.SubjectMapping;
import io.github.natskv.autoconfigure.NatsOriginProperties;
import io.nats.client.api.External;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.SourceBase;
import io.nats.client.api.SubjectTransform;

import org.springframework.util.StringUtils;

/**
 * Maps the properties of mirrors and sources.
 *
 * @param noun the word for what is copied, which is also the property that names one
 */
record OriginMapper(String noun) {

	Mirror mirror(String property, NatsOriginProperties origin) {
		return apply(property, origin, Mirror.builder()).build();
	}

	List<Source> sources(String property, List<? extends NatsOriginProperties> origins) {
		List<Source> mapped = new ArrayList<>();
		for (int i = 0; i < origins.size(); i++) {
			mapped.add(apply(property + "[" + i + "]", origins.get(i), Source.builder()).build());
		}
		return mapped;
	}

	private <B extends SourceBase.SourceBaseBuilder<B>> B apply(String property, NatsOriginProperties origin,
			B builder) {
		if (!StringUtils.hasText(origin.origin())) {
			throw new InvalidNatsPropertyException(property + "." + this.noun, "is missing.",
					"Name the %s to copy.".formatted(this.noun));
		}
		builder.sourceName(origin.origin());
		if (StringUtils.hasText(origin.apiPrefix())) {
			builder.external(External.builder().api(origin.apiPrefix()).deliver(origin.deliverPrefix()).build());
		}
		else if (StringUtils.hasText(origin.domain())) {
			builder.domain(origin.domain());
		}
		if (origin.start() != null) {
			builder.startSeq(origin.start());
		}
		if (origin.startTime() != null) {
			builder.startTime(origin.startTime().atZone(ZoneOffset.UTC));
		}
		if (StringUtils.hasText(origin.filterSubject())) {
			builder.filterSubject(origin.filterSubject());
		}
		List<SubjectTransform> transforms = new ArrayList<>();
		for (SubjectMapping mapping : origin.subjectTransforms()) {
			transforms
				.add(SubjectTransform.builder().source(mapping.source()).destination(mapping.destination()).build());
		}
		if (!transforms.isEmpty()) {
			builder.subjectTransforms(transforms);
		}
		return builder;
	}

}
