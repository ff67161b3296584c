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

package io.github.natskv.kv.support;

import java.util.Collection;

/**
 * Advice about a bucket the server does not have.
 */
public final class MissingBucket {

	static final String DECLARED = "It is declared: with provisioning 'create' or 'update' it is made at the next start or"
			+ " reconnect, and when a listener watches it";

	private MissingBucket() {
	}

	/**
	 * Return what to do about one that is not declared either.
	 * @param declared the bucket keys there are
	 * @return what to do, which names a similar key
	 */
	public static String undeclared(String name, Collection<String> declared) {
		return "It is not declared. " + Suggestion.question(name, declared)
				+ "Correct the name, declare it below nats.kv.buckets to have it made, or create it on the server";
	}

}
