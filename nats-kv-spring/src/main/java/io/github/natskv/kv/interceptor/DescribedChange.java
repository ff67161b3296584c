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

package io.github.natskv.kv.interceptor;

import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;

/**
 * A change that a watch hands to its handler.
 *
 * @param connectionName the name of the connection
 * @param bucketKey the bucket key, else the server's name
 * @param bucketName the server's name of the bucket
 * @param configured whether the bucket is a configured one
 * @param listenerId the id of the listener, if any
 * @param key the key
 * @param revision the revision
 * @param operation what happened to the key
 */
record DescribedChange(String connectionName, String bucketKey, String bucketName, boolean configured,
		@Nullable String listenerId, String key, long revision, KeyValueOperation operation) implements BucketDelivery {

}
