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

package io.github.natskv.listener.config;

import java.util.List;

import io.github.natskv.core.Subjects;
import io.github.natskv.listener.invocation.AttributeResolver;
import io.github.natskv.listener.invocation.ListenerMethod;
import io.github.natskv.listener.invocation.ResultType;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Reads the subjects of {@code @SendTo}.
 */
final class SendToSubjects {

	private SendToSubjects() {
	}

	static List<String> of(ListenerMethod method, ResultType result, AttributeResolver attributes) {
		SendTo annotation = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), SendTo.class);
		if (annotation == null) {
			return List.of();
		}
		List<String> subjects = attributes.strings("@SendTo", annotation.value());
		if (subjects.isEmpty()) {
			throw method.invalid("its @SendTo has no subject", "Name one: @SendTo(\"orders.processed\")");
		}
		if (result.isVoid()) {
			throw method.invalid("it has @SendTo and returns nothing", "Return what is to be sent, or remove @SendTo");
		}
		for (String subject : subjects) {
			try {
				Subjects.checkPublishable(subject);
			}
			catch (IllegalArgumentException ex) {
				throw method.invalid("its @SendTo cannot be sent to: " + ex.getMessage(), "Correct the subject", ex);
			}
		}
		return subjects;
	}

}
