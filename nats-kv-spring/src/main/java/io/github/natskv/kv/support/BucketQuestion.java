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

import io.github.natskv.jetstream.JetStreamProbe;
import io.github.natskv.kv.BucketSettings;
import io.github.natskv.kv.BucketStatus;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.NatsKeyValueUtil;

/**
 * Asks for the status of a bucket.
 *
 * @param bucket the bucket
 */
record BucketQuestion(BucketSettings bucket) implements JetStreamProbe.Question<BucketStatus> {

	@Override
	public String subject() {
		return "STREAM.INFO." + NatsKeyValueUtil.toStreamName(this.bucket.name());
	}

	@Override
	public BucketStatus read(Message message) throws JetStreamApiException {
		return BucketStatus.of(this.bucket, new StreamInfo(message).throwOnHasError());
	}

	@Override
	public BucketStatus unusable(String problem) {
		return BucketStatus.unusable(this.bucket, problem);
	}

}
