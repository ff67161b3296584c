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

package io.github.natskv.kv;

import java.util.function.Consumer;

/**
 * Opens watches on buckets.
 */
@FunctionalInterface
interface WatchFactory {

	/**
	 * Open a watch.
	 * @param stream the stream of the bucket
	 * @param values turns messages into entries
	 * @param options what to deliver
	 * @param consumer given each entry
	 * @param <V> the type of the values
	 * @return the running watch
	 */
	<V> BucketWatch watch(BucketStream stream, BucketValues<V> values, WatchOptions options,
			Consumer<BucketEntry<V>> consumer);

}
