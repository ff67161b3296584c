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

package io.github.natskv.test.shop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.natskv.annotation.KeyValueListener;
import io.github.natskv.kv.BucketEntry;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.stereotype.Component;

/**
 * Has its listener method in an interface.
 */
interface Stock {

	@KeyValueListener(bucket = "stock", keys = { "shelf.{name}", "cellar.{name}" })
	void on(BucketEntry<Integer> change, @DestinationVariable String name);

	List<String> seen();

	@Component
	class Recorder implements Stock {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		@Override
		public void on(BucketEntry<Integer> change, String name) {
			if (name.equals("broken") && !this.seen.contains("failed")) {
				this.seen.add("failed");
				throw new IllegalStateException("broken");
			}
			if (name.equals("slow") && change.value() != null) {
				this.seen.add("slow");
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(80));
			}
			this.seen.add(name + "=" + ((change.inferred()) ? "gone" : change.value()));
		}

		@Override
		public List<String> seen() {
			return this.seen;
		}

	}

}
