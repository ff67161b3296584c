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

package io.github.natskv.sample;

import java.util.List;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.kv.BucketEntry;
import io.github.natskv.kv.KeyValueBucket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

@Component
class ChangeLog {

	private static final Logger logger = LoggerFactory.getLogger(ChangeLog.class);

	@KeyValueListener(bucket = "bucket", initialValues = false)
	void on(BucketEntry<String> change, KeyValueBucket<String> bucket) {
		List<BucketEntry<String>> older = bucket.history(change.key())
			.stream()
			.filter((entry) -> entry.revision() < change.revision())
			.toList();
		String before = older.isEmpty() ? "nothing" : describe(older.get(older.size() - 1));
		logger.info("'{}' changed from {} to {}", change.key(), before, describe(change));
	}

	private static String describe(BucketEntry<String> entry) {
		String value = (entry.value() != null) ? "'" + entry.value() + "'" : entry.operation().toString();
		return value + " (revision " + entry.revision() + ")";
	}

}
