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

package io.github.natskv.test.shop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.github.natskv.autoconfigure.listener.NatsListenerAutoConfiguration;
import io.github.natskv.core.NatsTemplate;
import io.github.natskv.kv.KeyValueBuckets;
import io.github.natskv.listener.NatsListenerRegistry;
import io.github.natskv.test.InMemoryNats;
import io.github.natskv.test.NatsKvTest;
import io.nats.client.KeyValue;
import jakarta.validation.Validator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsKvTest}.
 */
@NatsKvTest(properties = "nats.kv.buckets.added.history=7")
@InMemoryNats
class NatsKvTestTests {

	@MockitoBean
	private Prices prices;

	@Autowired
	private ApplicationContext context;

	@Test
	void hasWhatIsNeededForNats() {
		assertThat(types(this.context, NatsTemplate.class, KeyValueBuckets.class, NatsListenerRegistry.class,
				JsonMapper.class, Validator.class))
			.hasSize(5);
		assertThat(this.context.getBeansOfType(KeyValue.class)).containsOnlyKeys("receipts", "stock", "added");
		assertThat(this.context.getBean(KeyValueBuckets.class).bucket("added", String.class).getStatus())
			.extracting((status) -> status.getMaxHistoryPerKey())
			.isEqualTo(7L);
	}

	@Test
	void hasListenersAndWhatCustomizesThem() {
		assertThat(types(this.context, Orders.class, Stock.class, Invoices.class, CountingInterceptor.class))
			.hasSize(4);
		assertThat(this.context.getBean(NatsListenerRegistry.class).ids()).hasSize(3);
	}

	@Test
	void hasNoOtherComponentsAndNoWebLayer() {
		assertThat(types(this.context, ShopController.class, DispatcherServlet.class)).isEmpty();
		assertThat(this.context.getBean(Prices.class)).isSameAs(this.prices);
	}

	@Test
	void everyAutoConfigurationOfOursIsInTheSliceOrLeftOutOnPurpose() throws IOException {
		List<String> sliced = lines("META-INF/spring/io.github.natskv.test.AutoConfigureNatsKv.imports");
		List<String> ours = new ArrayList<>();
		getClass().getClassLoader()
			.getResources("META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")
			.asIterator()
			.forEachRemaining((url) -> {
				try (var input = url.openStream()) {
					new String(input.readAllBytes(), StandardCharsets.UTF_8).lines()
						.filter((line) -> line.startsWith("io.github.natskv."))
						.forEach(ours::add);
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
		ours.removeIf((name) -> name.matches(".*(Health|Metrics|Endpoint).*"));
		assertThat(sliced).isNotEmpty().containsAll(ours);
	}

	private static List<String> lines(String resource) throws IOException {
		return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8).lines().toList();
	}

	private static List<Class<?>> types(ApplicationContext context, Class<?>... types) {
		return List.of(types).stream().filter((type) -> context.getBeanNamesForType(type).length > 0).toList();
	}

	@Test
	void componentsAreExcludedAndIncluded() {
		ApplicationContext filtered = context(WithFilters.class);
		assertThat(types(filtered, Orders.class, Stock.class, Prices.class)).containsExactly(Stock.class, Prices.class);
		assertThat(filtered.getEnvironment().getProperty("nats.kv.buckets.added.history")).isNull();
	}

	@Test
	void withoutDefaultFiltersOnlyAutoConfigurationIsThere() {
		assertThat(types(context(WithoutDefaultFilters.class), Orders.class, Stock.class, CountingInterceptor.class,
				NatsTemplate.class))
			.containsExactly(NatsTemplate.class);
	}

	@Test
	void autoConfigurationIsExcluded() {
		assertThat(types(context(WithoutListeners.class), NatsListenerRegistry.class, Orders.class, NatsTemplate.class))
			.containsExactly(Orders.class, NatsTemplate.class);
	}

	private static ApplicationContext context(Class<?> testClass) {
		return new TestContextManager(testClass).getTestContext().getApplicationContext();
	}

	@NatsKvTest(excludeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Orders.class),
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Prices.class))
	@InMemoryNats
	static class WithFilters {

	}

	@NatsKvTest(useDefaultFilters = false)
	@InMemoryNats
	static class WithoutDefaultFilters {

	}

	@NatsKvTest(excludeAutoConfiguration = NatsListenerAutoConfiguration.class)
	@InMemoryNats
	@Import(Prices.class)
	static class WithoutListeners {

	}

}
