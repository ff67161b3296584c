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


package io.github.natskv.kv

import com.fasterxml.jackson.annotation.JsonCreator
import com.fasterxml.jackson.annotation.JsonProperty
import com.fasterxml.jackson.annotation.JsonTypeInfo
import io.github.natskv.kv.support.Buckets
import io.github.natskv.testsupport.NatsServer
import io.nats.client.api.KeyValueOperation
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.core.ParameterizedTypeReference

/**
 * How [KeyValueBucket] reads from Kotlin. What matters is mostly that this compiles, with
 * warnings as errors: nullable results are nullable types, everything else is not.
 */
class KotlinKeyValueBucketTests {

	data class Account(val owner: String, val balance: Int)

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Shape

	data class Circle @JsonCreator constructor(@param:JsonProperty("radius") val radius: Int) : Shape

	data class Both<out A, out B> @JsonCreator constructor(
		@param:JsonProperty("first") val first: A, @param:JsonProperty("second") val second: B)

	@Test
	fun aBucketReadsWell() {
		NatsServer.start().use { server ->
			server.connect().use { connection ->
				Buckets.create(connection, Buckets.configuration("counters").build())
				val counters: KeyValueBucket<Int> = Buckets.access(connection).bucket("counters", Int::class.java)

				val absent: Int? = counters.get("visits")
				assertThat(absent).isNull()
				assertThat(counters.get("visits") ?: 0).isZero()

				counters.compute("visits") { (it ?: 0) + 1 }
				val entry: BucketEntry<Int>? = counters.compute("visits") { it?.plus(1) }
				assertThat(entry?.value).isEqualTo(2)

				val revision: Long = counters.put("visits", 5)
				assertThat(counters.getEntry("visits")?.revision).isEqualTo(revision)
				val listed = counters.entries().single()
				assertThat("${listed.key} ${listed.value} ${listed.operation}").isEqualTo("visits 5 PUT")
				assertThat(listed.created).isNotNull()

				assertThat(counters.compute("visits") { null }?.operation).isEqualTo(KeyValueOperation.DELETE)
				val keys: Set<String> = counters.keys()
				assertThat(keys).isEmpty()
			}
		}
	}

	@Test
	fun aGenericValueIsReadAsItWasWritten() {
		NatsServer.start().use { server ->
			server.connect().use { connection ->
				Buckets.create(connection, Buckets.configuration("pairs").build())
				val pairs = Buckets.access(connection)
					.bucket("pairs", object : ParameterizedTypeReference<Both<Shape, Int>>() {})
				pairs.put("one", Both(Circle(1), 2))
				assertThat(pairs.get("one")).isEqualTo(Both(Circle(1), 2))
			}
		}
	}

	@Test
	fun aHandlerTakesTheEntryAsALambda() {
		val seen = mutableListOf<String>()
		val handler: (BucketEntry<Account>) -> Unit = { seen += "${it.key}: ${it.value?.balance ?: "gone"}" }
		handler(BucketEntry("accounts", "a", Account("Jane", 1), 1, KeyValueOperation.PUT, null))
		handler(BucketEntry("accounts", "a", null, 2, KeyValueOperation.DELETE, null))
		assertThat(seen).containsExactly("a: 1", "a: gone")
	}

	/** Compiled only: how a watch is opened. */
	@Suppress("unused")
	fun watch(accounts: KeyValueBucket<Account>): BucketWatch =
		accounts.watch("*") { println("${it.key} is now ${it.value?.balance}") }

}
