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

package io.github.natskv.listener

import io.github.natskv.annotation.KeyValueListener
import io.github.natskv.kv.BucketEntry
import java.util.concurrent.CopyOnWriteArrayList
import java.util.function.Supplier
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility
import org.junit.jupiter.api.Test
import org.springframework.boot.test.context.assertj.AssertableApplicationContext
import org.springframework.messaging.handler.annotation.DestinationVariable

/**
 * How `@KeyValueListener` reads from Kotlin.
 */
class KotlinKeyValueListenerTests {

	@Test
	fun handlersTakeNullableValuesAndEntries() {
		KeyValueListenerScene().use { scene ->
			val flags = scene.bucket("flags")
			flags.put("feature.dark", "1")
			val features = Features()
			scene.runner().withBean(Features::class.java, Supplier { features }).run {
				flags.delete("feature.dark")
				Awaitility.await().untilAsserted {
					assertThat(features.calls).containsExactlyInAnyOrder("dark 1", "dark null", "1", "null", "always 1")
				}
			}
		}
	}

	@Test
	fun aNonNullValueNeedsIgnoreDeletes() {
		KeyValueListenerScene().use { scene ->
			scene.runner().withBean(NonNull::class.java).run { context: AssertableApplicationContext ->
				assertThat(context.startupFailure).isInstanceOf(InvalidListenerException::class.java)
					.hasMessageContaining("NonNull.on(").hasMessageContaining("cannot be null")
			}
		}
	}

	@Test
	fun aDefaultStandsInForTheValueOfADeletion() {
		KeyValueListenerScene().use { scene ->
			val flags = scene.bucket("flags")
			flags.put("dark", "on")
			val defaults = Defaults()
			scene.runner().withBean(Defaults::class.java, Supplier { defaults }).run {
				flags.delete("dark")
				Awaitility.await().untilAsserted {
					assertThat(defaults.calls).containsExactly("on", "off")
				}
			}
		}
	}

	class Defaults {

		val calls = CopyOnWriteArrayList<String>()

		@KeyValueListener("flags")
		fun on(value: String = "off") {
			calls += value
		}

	}

	class Features {

		val calls = CopyOnWriteArrayList<String>()

		@KeyValueListener(bucket = "flags", keys = ["feature.{name}"])
		fun entry(change: BucketEntry<Int>, @DestinationVariable name: String) {
			calls += "$name ${change.value}"
		}

		@KeyValueListener("flags")
		fun value(value: Int?) {
			calls += "$value"
		}

		@KeyValueListener("flags", ignoreDeletes = true)
		fun always(value: String) {
			calls += "always $value"
		}

	}

	class NonNull {

		@KeyValueListener("flags")
		fun on(value: String) {
			println(value)
		}

	}

}
