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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natskv.annotation.JetStreamListener;
import io.github.natskv.annotation.LeaderOnly;
import io.github.natskv.annotation.NatsListener;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.MapPropertySource;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Methods that only the leader runs.
 */
class LeaderOnlyTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static AnnotationConfigApplicationContext run(Class<?>... components) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("role", "reports")));
		context.register(Elected.class);
		context.register(components);
		context.refresh();
		return context;
	}

	@Test
	void methodsRunOnTheLeaderAlone() {
		try (AnnotationConfigApplicationContext context = run(Reports.class)) {
			Reports reports = context.getBean(Reports.class);
			FakeElection election = context.getBean("reportsLeaderElection", FakeElection.class);
			reports.write();
			reports.writeByPlaceholder();
			reports.writeByOwnAnnotation();
			assertThat(reports.count()).isZero();
			election.leader = true;
			reports.write();
			reports.writeByPlaceholder();
			reports.writeByOwnAnnotation();
			assertThat(reports.count()).isEqualTo(3);
			reports.cleanUp();
			assertThat(reports.count()).isEqualTo(3);
		}
	}

	@Test
	void annotationsOfInterfacesCount() {
		try (AnnotationConfigApplicationContext context = run(Implementation.class)) {
			Implementation bean = context.getBean(Implementation.class);
			bean.write();
			assertThat(bean.count()).isZero();
			context.getBean("reportsLeaderElection", FakeElection.class).leader = true;
			bean.write();
			assertThat(bean.count()).isOne();
		}
	}

	@Test
	void scheduledMethodsRunOnTheLeaderAlone() {
		try (AnnotationConfigApplicationContext context = run(Scheduling.class, ScheduledReports.class)) {
			ScheduledReports reports = context.getBean(ScheduledReports.class);
			Awaitility.await().atMost(PATIENCE).until(() -> reports.ticks() > 2);
			assertThat(reports.count()).isZero();
			context.getBean("reportsLeaderElection", FakeElection.class).leader = true;
			Awaitility.await().atMost(PATIENCE).until(() -> reports.count() > 0);
		}
	}

	@Test
	void otherBeansAreLeftAlone() {
		try (AnnotationConfigApplicationContext context = run(Plain.class)) {
			assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse();
		}
	}

	@Test
	void methodsThatCannotBeProxiedAreRefused() {
		assertRefused(PrivateMethod.class, "it is private");
		assertRefused(StaticMethod.class, "it is static");
		assertRefused(FinalMethod.class, "it is final");
		assertRefused(FinalClass.class, "is final");
	}

	@Test
	void methodsOutsideOfTheInterfacesOfAJdkProxyAreRefused() {
		assertRefused("there is a JDK proxy", BehindInterface.class, JdkProxies.class);
	}

	@Test
	void methodsThatReturnSomethingAreRefused() {
		assertRefused(Returning.class, "returns a value");
		assertRefused(ReturningFuture.class, "returns a value");
	}

	@Test
	void methodsThatTakeMessagesFromAQueueAreRefused() {
		assertRefused(Queue.class, "takes messages from a queue");
		assertRefused(Stream.class, "takes messages from a queue");
	}

	@Test
	void rolesThatDoNotExistAreRefused() {
		assertRefused(UnknownRole.class, "'report', but there is no such role: there are [reports, cleanup]");
	}

	private static void assertRefused(Class<?> component, String problem) {
		assertRefused(problem, component);
	}

	private static void assertRefused(String problem, Class<?>... components) {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> run(components))
			.havingRootCause()
			.isInstanceOfSatisfying(InvalidLeaderOnlyException.class, (ex) -> {
				assertThat(ex.getProblem()).contains("%s.write()".formatted(components[0].getName()), problem);
				assertThat(ex.getMessage()).contains(ex.getProblem(), ex.getAction());
			});
	}

	static class FakeElection implements LeaderElection {

		private volatile boolean leader;

		@Override
		public String role() {
			return "any";
		}

		@Override
		public boolean isLeader() {
			return this.leader;
		}

		@Override
		public long fencingToken() {
			return 1;
		}

		@Override
		public @Nullable Instant since() {
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Elected {

		@Bean
		static LeaderOnlyBeanPostProcessor leaderOnlyBeanPostProcessor() {
			return new LeaderOnlyBeanPostProcessor();
		}

		@Bean
		FakeElection reportsLeaderElection() {
			return new FakeElection();
		}

		@Bean
		FakeElection cleanupLeaderElection() {
			return new FakeElection();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@LeaderOnly("reports")
	@interface OnTheLeader {

	}

	static class Counting {

		private final AtomicInteger written = new AtomicInteger();

		int count() {
			return this.written.get();
		}

		void increment() {
			this.written.incrementAndGet();
		}

	}

	static class Reports extends Counting {

		@LeaderOnly("reports")
		void write() {
			increment();
		}

		@LeaderOnly("${role}")
		void writeByPlaceholder() {
			increment();
		}

		@OnTheLeader
		protected void writeByOwnAnnotation() {
			increment();
		}

		@LeaderOnly("cleanup")
		void cleanUp() {
			increment();
		}

	}

	interface Writer {

		@LeaderOnly("reports")
		void write();

	}

	static class Implementation extends Counting implements Writer {

		@Override
		public void write() {
			increment();
		}

	}

	static class ScheduledReports extends Counting {

		private final AtomicInteger ticks = new AtomicInteger();

		int ticks() {
			return this.ticks.get();
		}

		@Scheduled(fixedDelay = 10)
		@LeaderOnly("reports")
		void write() {
			increment();
		}

		@Scheduled(fixedDelay = 10)
		void tick() {
			this.ticks.incrementAndGet();
		}

	}

	static class Plain {

		void write() {
		}

	}

	static class PrivateMethod {

		@LeaderOnly("reports")
		private void write() {
		}

	}

	static class StaticMethod {

		@LeaderOnly("reports")
		static void write() {
		}

	}

	static class FinalMethod {

		@LeaderOnly("reports")
		final void write() {
		}

	}

	static final class FinalClass {

		@LeaderOnly("reports")
		void write() {
		}

	}

	static class BehindInterface implements Runnable {

		@Override
		public void run() {
		}

		@LeaderOnly("reports")
		void write() {
		}

	}

	static class JdkProxies implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!(bean instanceof BehindInterface)) {
				return bean;
			}
			ProxyFactory proxies = new ProxyFactory(bean);
			proxies.setInterfaces(Runnable.class);
			return proxies.getProxy();
		}

	}

	static class Returning {

		@LeaderOnly("reports")
		int write() {
			return 1;
		}

	}

	static class ReturningFuture {

		@LeaderOnly("reports")
		CompletableFuture<Void> write() {
			return CompletableFuture.completedFuture(null);
		}

	}

	static class Queue {

		@NatsListener(subjects = "reports", queue = "workers")
		@LeaderOnly("reports")
		void write() {
		}

	}

	static class Stream {

		@JetStreamListener(stream = "reports", consumer = "workers")
		@LeaderOnly("reports")
		void write() {
		}

	}

	static class UnknownRole {

		@LeaderOnly("report")
		void write() {
		}

	}

}
