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

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Boot tells a user whose application did not start.
 */
public final class FailureAnalyses {

	private FailureAnalyses() {
	}

	public static FailureAnalysis of(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		Throwable failure = context.getStartupFailure();
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(Environment.class, new StandardEnvironment())
						.and(BeanFactory.class, new DefaultListableBeanFactory()),
					(type, name, ex) -> assertThat(name).doesNotContain("natskv"))
			.stream()
			// as on a class path where ours come last
			.sorted(Comparator.<FailureAnalyzer, Boolean>comparing(FailureAnalyses::isOurs))
			.sorted(AnnotationAwareOrderComparator.INSTANCE)
			.map((analyzer) -> analyze(analyzer, failure))
			.filter((analysis) -> analysis != null)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No failure analysis", failure));
	}

	private static boolean isOurs(FailureAnalyzer analyzer) {
		return analyzer.getClass().getName().contains("natskv");
	}

	private static @Nullable FailureAnalysis analyze(FailureAnalyzer analyzer, Throwable failure) {
		FailureAnalysis analysis = analyzer.analyze(failure);
		if (analysis != null && isOurs(analyzer)) {
			checkSentences(analysis.getDescription(), analysis.getAction());
		}
		return analysis;
	}

	private static void checkSentences(@Nullable String description, @Nullable String action) {
		assertThat(description).isNotNull();
		assertThat(action).isNotNull();
		assertThat(List.of(description, action)).allSatisfy((text) -> {
			assertThat(text).doesNotContainPattern("[.:;,!?]\\s*\\.(\\s|$)").doesNotContain(".).");
			if (text.lines().count() == 1) {
				assertThat(text).endsWith(".");
			}
		});
		assertThat(description.toLowerCase(Locale.ROOT)).as("description")
			.doesNotContain(action.toLowerCase(Locale.ROOT).lines().filter((line) -> !line.isBlank()).toList())
			.doesNotContain(withoutFullStop(action).toLowerCase(Locale.ROOT));
	}

	private static String withoutFullStop(String text) {
		return text.substring(0, text.length() - 1);
	}

}
