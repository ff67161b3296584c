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

package io.github.natskv.test;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract of buckets, on a real server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerKeyValueBucketTests {

	private final ServerFixture fixture = new ServerFixture();

	@AfterAll
	void stop() throws InterruptedException {
		this.fixture.close();
	}

	@Nested
	class ReadsAndWritesTests extends ReadsAndWritesContract {

		ReadsAndWritesTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class ConflictTests extends ConflictContract {

		ConflictTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class BulkTests extends BulkContract {

		BulkTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class HistoryTests extends HistoryContract {

		HistoryTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class ExpiryTests extends ExpiryContract {

		ExpiryTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class TransactionTests extends TransactionContract {

		TransactionTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class WatchTests extends WatchContract {

		WatchTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class ListenerWatchTests extends ListenerWatchContract {

		ListenerWatchTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class ReactiveTests extends ReactiveContract {

		ReactiveTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

	@Nested
	class RawHandleTests extends RawHandleContract {

		RawHandleTests() {
			super(ServerKeyValueBucketTests.this.fixture);
		}

	}

}
