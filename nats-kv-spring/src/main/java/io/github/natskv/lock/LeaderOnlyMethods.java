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

package io.github.natskv.lock;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.LeaderOnly;
import io.github.natskv.annotation.NatsListener;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;

/**
 * The elections that {@link LeaderOnly} methods are subject to.
 */
final class LeaderOnlyMethods {

	private final Map<Method, LeaderElection> elections = new ConcurrentHashMap<>();

	private final ConfigurableListableBeanFactory beanFactory;

	LeaderOnlyMethods(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	LeaderElection election(Method method) {
		LeaderElection known = this.elections.get(method);
		if (known != null) {
			return known;
		}
		LeaderElection election = this.beanFactory.getBean(LeaderElections.beanName(role(annotation(method))),
				LeaderElection.class);
		this.elections.put(method, election);
		return election;
	}

	private static LeaderOnly annotation(Method method) {
		return Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, LeaderOnly.class));
	}

	private String role(LeaderOnly annotation) {
		return Objects.requireNonNullElse(this.beanFactory.resolveEmbeddedValue(annotation.value()), "");
	}

	void check(Class<?> type, Method method, LeaderOnly annotation) {
		checkProxy(type, method);
		if (method.getReturnType() != void.class) {
			throw new InvalidLeaderOnlyException(method,
					"returns a value, but there is none where the application does not lead",
					"Have it return nothing (void).");
		}
		if (takesFromQueue(method)) {
			throw new InvalidLeaderOnlyException(method,
					"takes messages from a queue, but those that reach others than the leader would be lost",
					"Remove @LeaderOnly. Of a stream's messages each is handled once as it is.");
		}
		String role = role(annotation);
		String beanName = LeaderElections.beanName(role);
		if (!this.beanFactory.containsBean(beanName) || !this.beanFactory.isTypeMatch(beanName, LeaderElection.class)) {
			throw new InvalidLeaderOnlyException(method,
					"is for the leader of '%s', but there is no such role: %s".formatted(role, roles()),
					"Correct its name, or add it to 'nats.leadership.roles'.");
		}
	}

	private static void checkProxy(Class<?> type, Method method) {
		String obstacle = null;
		if (Modifier.isPrivate(method.getModifiers())) {
			obstacle = "it is private";
		}
		else if (Modifier.isStatic(method.getModifiers())) {
			obstacle = "it is static";
		}
		else if (Modifier.isFinal(method.getModifiers())) {
			obstacle = "it is final";
		}
		else if (Modifier.isFinal(type.getModifiers())) {
			obstacle = "class %s is final".formatted(type.getName());
		}
		if (obstacle != null) {
			throw new InvalidLeaderOnlyException(method, "cannot be left to the leader, as " + obstacle,
					"A call of it passes a proxy only if a subclass can override it: make it so.");
		}
	}

	private static boolean takesFromQueue(Method method) {
		return !AnnotatedElementUtils.findMergedRepeatableAnnotations(method, JetStreamListener.class).isEmpty()
				|| AnnotatedElementUtils.findMergedRepeatableAnnotations(method, NatsListener.class)
					.stream()
					.anyMatch((listener) -> StringUtils.hasText(listener.queue()));
	}

	private String roles() {
		List<String> roles = Arrays
			.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, LeaderElection.class, true,
					false))
			.map(LeaderElections::role)
			.toList();
		return roles.isEmpty() ? "there is none" : "there are " + roles;
	}

}
