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

package io.github.natskv.cache;

/**
 * Counts of one cache since the application started.
 *
 * @param hits reads that found a value
 * @param misses reads that found none, failed ones included
 * @param puts values that were stored, fills included
 * @param evictions evictions of keys; a cleared cache counts once
 * @param refusedFills loaded values that were not stored, as the key was written or
 * evicted meanwhile
 * @param failures reads and fills that failed
 * @since 0.1.0
 */
public record NatsCacheStatistics(long hits, long misses, long puts, long evictions, long refusedFills, long failures) {

}
