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

import io.github.natskv.annotation.NatsListener
import io.github.natskv.core.NatsTemplate
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/**
 * How `@NatsListener` reads from Kotlin.
 */
class KotlinNatsListenerTests {

	@Test
	fun unitIsAnEmptyReplyWhateverTheMethodDeclares() {
		KeyValueListenerScene().use { scene ->
			scene.runner().withBean(Handlers::class.java).run { context ->
				val nats = context.getBean(NatsTemplate::class.java)
				assertThat(nats.request("any", "x", String::class.java)).isEmpty()
				assertThat(nats.request("any", "text", String::class.java)).isEqualTo("text")
			}
		}
	}

	class Handlers {

		@NatsListener("any")
		fun any(text: String): Any = if (text == "x") Unit else text

	}

}
