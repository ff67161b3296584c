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
import io.github.natskv.core.NatsReplyException
import io.github.natskv.core.NatsTemplate
import java.util.concurrent.atomic.AtomicInteger
import java.util.function.Supplier
import org.aopalliance.intercept.MethodInterceptor
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import org.springframework.aop.framework.ProxyFactory
import org.springframework.messaging.handler.annotation.Header
import org.springframework.messaging.handler.annotation.Payload
import org.springframework.messaging.support.GenericMessage

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

	@Test
	fun defaultArgumentsStandInForWhatIsMissing() {
		KeyValueListenerScene().use { scene ->
			scene.runner().withBean(Defaults::class.java).run { context ->
				val nats = context.getBean(NatsTemplate::class.java)
				assertThat(nats.request("headers", "x", String::class.java)).isEqualTo("x 7 x! id-0 null")
				val given = mapOf("count" to 1, "text" to "y", "key" to "a", "nullable" to "z")
				assertThat(nats.request("headers", message("x", given), String::class.java)).isEqualTo("x 1 y id-a z")
				assertThat(nats.request("headers", message("x", mapOf("key" to "a")), String::class.java))
					.isEqualTo("x 7 x! id-a null")
				assertThat(nats.request("payload", "", String::class.java)).isEqualTo("nothing")
				assertThat(nats.request("payload", "x", String::class.java)).isEqualTo("x")
			}
		}
	}

	@Test
	fun defaultArgumentsStandInBehindProxies() {
		KeyValueListenerScene().use { scene ->
			val calls = AtomicInteger()
			val factory = ProxyFactory(Defaults())
			factory.isProxyTargetClass = true
			factory.addAdvice(MethodInterceptor { invocation ->
				calls.incrementAndGet()
				invocation.proceed()
			})
			val proxy = factory.proxy as Defaults
			scene.runner().withBean(Defaults::class.java, Supplier { proxy }).run { context ->
				val nats = context.getBean(NatsTemplate::class.java)
				assertThat(nats.request("payload", "", String::class.java)).isEqualTo("nothing")
				assertThat(calls).hasValue(1)
			}
		}
	}

	@Test
	fun failuresOfFunctionsWithDefaultsAreTheirOwn() {
		KeyValueListenerScene().use { scene ->
			scene.runner().withBean(Failing::class.java).run { context ->
				val nats = context.getBean(NatsTemplate::class.java)
				assertThatExceptionOfType(NatsReplyException::class.java)
					.isThrownBy { nats.request("failing", "x", String::class.java) }
					.satisfies({ ex -> assertThat(ex.code).isEqualTo(418) })
			}
		}
	}

	@Test
	fun whatIsNotNullableCannotBeOptional() {
		KeyValueListenerScene().use { scene ->
			scene.runner().withBean(NonNull::class.java).run { context ->
				assertThat(context.startupFailure).isInstanceOf(InvalidListenerException::class.java)
					.hasMessageContaining("NonNull.on(").hasMessageContaining("cannot be null")
			}
		}
	}

	private fun message(payload: String, headers: Map<String, Any>) = GenericMessage(payload, headers)

	@JvmInline
	value class Id(val value: String)

	open class Defaults {

		@NatsListener("headers")
		open fun headers(
			@Payload text: String,
			@Header("count", required = false) count: Int = 7,
			@Header("text") header: String = "$text!",
			@Header("key") id: Id = Id("0"),
			@Header("nullable") nullable: String?
		) = "$text $count $header id-${id.value} $nullable"

		@NatsListener("payload")
		open fun payload(text: String = "nothing") = text

	}

	class Failing {

		@NatsListener("failing")
		fun on(text: String, @Header("code") code: Int = 418): String = throw NatsReplyException(code, text)

	}

	class NonNull {

		@NatsListener("non-null")
		fun on(text: String, @Header("other", required = false) other: String) = text + other

	}

	class Handlers {

		@NatsListener("any")
		fun any(text: String): Any = if (text == "x") Unit else text

	}

}
