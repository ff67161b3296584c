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

package io.github.natskv.autoconfigure.binding;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.natskv.autoconfigure.NamedConnectionProperties;
import io.github.natskv.autoconfigure.NatsCacheProperties;
import io.github.natskv.autoconfigure.NatsKeyValueProperties;
import io.github.natskv.autoconfigure.NatsLeadershipProperties;
import io.github.natskv.autoconfigure.NatsLocksProperties;
import io.github.natskv.autoconfigure.NatsStreamsProperties;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ResolvableType;

/**
 * The buckets, connections and the like an application declares under keys of its own.
 * Files and the command line declare, environment variables only set options of these.
 */
enum Declared {

	BUCKET("bucket", "bucket keys", NatsKeyValueProperties.Bucket.class,
			" The server's name of a bucket can be set with its 'name'."),

	STREAM("stream", "stream keys", NatsStreamsProperties.Stream.class,
			" The server's name of a stream can be set with its 'name'."),

	CONSUMER("consumer", "keys of consumers", NatsStreamsProperties.Consumer.class,
			" The name of a consumer can be set with its 'name'."),

	CONNECTION("connection", "names of connections", NamedConnectionProperties.class, ""),

	CACHE("cache", "names of caches", NatsCacheProperties.Cache.class, " A name with dots is written in brackets.");

	/**
	 * The properties below which environment variables that set nothing are refused.
	 */
	static final List<Root> ROOTS = List.of(new Root("nats.kv", NatsKeyValueProperties.class),
			new Root("nats.streams.definitions", STREAM), new Root("nats.connections", CONNECTION),
			new Root("nats.locks", NatsLocksProperties.class), new Root("nats.cache", NatsCacheProperties.class));

	/**
	 * Other properties of a structure that is checked.
	 */
	static final List<Root> OTHERS = List.of(new Root("nats.streams", NatsStreamsProperties.class),
			new Root("nats.leadership", NatsLeadershipProperties.class));

	private final String noun;

	private final String keys;

	private final Class<?> type;

	private final String remedy;

	Declared(String noun, String keys, Class<?> type, String remedy) {
		this.noun = noun;
		this.keys = keys;
		this.type = type;
		this.remedy = remedy;
	}

	static Declared of(Class<?> type) {
		return Arrays.stream(values())
			.filter((declared) -> declared.type == type)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("Not known what a key declares: " + type));
	}

	/** Return the word for one. */
	String noun() {
		return this.noun;
	}

	/**
	 * Return the words for the keys.
	 * @return the noun, in the plural
	 */
	String keys() {
		return this.keys;
	}

	/**
	 * Return what helps where a key cannot be what it should be.
	 * @return a sentence, or nothing
	 */
	String remedy() {
		return this.remedy;
	}

	/**
	 * Properties that are strict.
	 *
	 * @param name their common name
	 * @param type their type
	 */
	record Root(ConfigurationPropertyName name, ResolvableType type) {

		Root(String name, Class<?> type) {
			this(ConfigurationPropertyName.of(name), ResolvableType.forClass(type));
		}

		Root(String name, Declared declared) {
			this(ConfigurationPropertyName.of(name),
					ResolvableType.forClassWithGenerics(Map.class, String.class, declared.type));
		}

		OptionNode structure() {
			return OptionNode.of(this.type);
		}

	}

}
