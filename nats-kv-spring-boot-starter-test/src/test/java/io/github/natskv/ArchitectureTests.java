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

package io.github.natskv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the structure of the code promises.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("-tests.jar"))
		.importPackages("io.github.natskv");

	private static final Set<String> INTERNAL = SourcePackages.internal();

	/**
	 * How many files a package may have instead of 35.
	 */
	private static final Map<String, Integer> LARGER = Map.of("io.github.natskv.kv", 45, "io.github.natskv.core", 40);

	/**
	 * Internal types that an API type shows, by the API type.
	 */
	private static final Map<String, Set<String>> LEAKS = Map.of(
			// handed from the auto-configuration of connections to that of buckets
			"io.github.natskv.autoconfigure.connection.ConnectionBeans",
			Set.of("io.github.natskv.autoconfigure.binding.ConfiguredConnection"),
			// runs the code of buckets on a server
			"io.github.natskv.test.InMemoryKeyValueBucket",
			Set.of("io.github.natskv.kv.support.DefaultKeyValueBucket"));

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching("io.github.natskv.(**)").should().beFreeOfCycles());
	}

	@Test
	void featuresDoNotKnowTheAutoConfiguration() {
		check(noClasses().that()
			.resideOutsideOfPackages("..autoconfigure..", "io.github.natskv.test")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.github.natskv.autoconfigure.."));
	}

	@Test
	void locksDoNotReadTheClockOfTheMachine() {
		check(noClasses().that()
			.resideInAPackage("io.github.natskv.lock..")
			// since when it leads, to show it
			.and()
			.doNotHaveSimpleName("LeaderRole")
			.should()
			.callMethodWhere(new DescribedPredicate<>("read a clock that may be set") {
				@Override
				public boolean test(JavaMethodCall call) {
					String owner = call.getTargetOwner().getName();
					return owner.startsWith("java.time.") && call.getName().equals("now")
							|| owner.equals("java.time.Clock") || call.getName().equals("currentTimeMillis");
				}
			}));
	}

	@Test
	void packagesAreSmall() {
		SourcePackages.files()
			.forEach((name, files) -> assertThat(files).as("files of %s", name)
				.hasSizeLessThanOrEqualTo(LARGER.getOrDefault(name, 35)));
	}

	@Test
	void internalTypesStayOutOfApiSignatures() {
		check(classes().that(areVisible())
			.and(DescribedPredicate.not(areInternal()))
			.should(new ArchCondition<>("have no internal type in a signature") {
				@Override
				public void check(JavaClass type, ConditionEvents events) {
					Set<String> known = LEAKS.getOrDefault(type.getName(), Set.of());
					ApiSignatures.of(type)
						.forEach((member, types) -> types.stream()
							.filter((shown) -> areInternal().test(shown) && !known.contains(shown.getName()))
							.map((shown) -> "%s shows %s".formatted(member, shown.getName()))
							.forEach((leak) -> events.add(SimpleConditionEvent.violated(type, leak))));
				}
			}));
	}

	@Test
	void publicInternalTypesHaveUsersInOtherPackages() {
		check(classes().that(areVisible())
			.and(areInternal())
			.should(new ArchCondition<>("be used outside their package") {
				@Override
				public void check(JavaClass type, ConditionEvents events) {
					boolean used = ApiSignatures.isNeeded(type) || type.getDirectDependenciesToSelf()
						.stream()
						.anyMatch((use) -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
					events.add(new SimpleConditionEvent(type, used, type.getName() + " need not be public"));
				}
			}));
	}

	@Test
	void packagesAreNullMarked() {
		check(classes().that(new DescribedPredicate<>("are in our packages") {
			@Override
			public boolean test(JavaClass type) {
				return type.getPackageName().startsWith("io.github.natskv");
			}
		}).should(new ArchCondition<>("be in a @NullMarked package") {
			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(type, marked, type.getName() + " is in a package that is not"));
			}
		}));
	}

	@Test
	void autoConfigurationsAreFinalWithoutPublicMembers() {
		check(classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.bePublic());
		check(methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic());
	}

	@Test
	void postProcessorBeansAreStatic() {
		check(methods().that()
			.areAnnotatedWith(Bean.class)
			.and(new DescribedPredicate<JavaMethod>("make a post-processor") {
				@Override
				public boolean test(JavaMethod method) {
					return method.getRawReturnType().isAssignableTo(BeanPostProcessor.class)
							|| method.getRawReturnType().isAssignableTo(BeanFactoryPostProcessor.class);
				}
			})
			.should()
			.beStatic());
	}

	@Test
	void classConditionsAreNotOnBeanMethods() {
		check(noMethods().that().areAnnotatedWith(Bean.class).should().beAnnotatedWith(ConditionalOnClass.class));
	}

	@Test
	void billOfMaterialsNamesThePublishedModules() throws IOException {
		Set<String> published = new TreeSet<>();
		for (String module : texts("module", Path.of("../pom.xml"))) {
			Path pom = Path.of("..", module, "pom.xml");
			if (!Files.readString(pom).contains("<maven.deploy.skip>true")) {
				published.add(module);
			}
		}
		assertThat(published).hasSizeGreaterThan(1);
		assertThat(texts("artifactId", Path.of("../nats-kv-spring-boot-bom/pom.xml"))).containsAll(published);
	}

	private static List<String> texts(String element, Path pom) throws IOException {
		return Pattern.compile("<%1$s>([^<]+)</%1$s>".formatted(element))
			.matcher(Files.readString(pom))
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static DescribedPredicate<JavaClass> areVisible() {
		return DescribedPredicate.describe("are visible", ApiSignatures::isVisible);
	}

	private static DescribedPredicate<JavaClass> areInternal() {
		return DescribedPredicate.describe("are internal", (type) -> INTERNAL.contains(type.getPackageName()));
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

}
