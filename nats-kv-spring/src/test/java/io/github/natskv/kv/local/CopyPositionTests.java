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

package io.github.natskv.kv.local;

import io.nats.client.impl.Headers;
import io.nats.client.support.NatsJetStreamConstants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether a copy is what its bucket had at one revision.
 */
class CopyPositionTests {

	private final CopyPosition position = new CopyPosition();

	private void reach(long revision, @Nullable Headers headers) {
		this.position.change(() -> this.position.reached(revision, headers));
	}

	private void guard(long revision, @Nullable Headers headers) {
		this.position.change(() -> this.position.guarded(revision, headers));
	}

	private static Headers batch(String id, int sequence, boolean end) {
		Headers headers = new Headers().put(NatsJetStreamConstants.NATS_BATCH_ID_HDR, id)
			.put(NatsJetStreamConstants.NATS_BATCH_SEQUENCE_HDR, Integer.toString(sequence));
		return end ? headers.put(NatsJetStreamConstants.NATS_BATCH_COMMIT_HDR, "1") : headers;
	}

	private boolean isExact() {
		return this.position.state() != CopyPosition.NONE;
	}

	private void fill() {
		reach(3, null);
		reach(7, null);
		assertThat(isExact()).isFalse();
		this.position.answer(this.position.gaps(), 7);
		assertThat(isExact()).isTrue();
	}

	@Test
	void isExactWhenAllThatWasThereAfterTheLastGapHasCome() {
		reach(3, null);
		this.position.answer(this.position.gaps(), 5);
		assertThat(isExact()).isFalse();
		reach(4, null);
		assertThat(isExact()).isFalse();
		reach(5, null);
		assertThat(isExact()).isTrue();
		assertThat(this.position.revision()).isEqualTo(5);
	}

	@Test
	void isNotExactAfterAnotherGapWhateverWasAnsweredBefore() {
		fill();
		reach(9, null);
		assertThat(isExact()).isFalse();
		long question = this.position.question();
		reach(11, null);
		this.position.answer(question, 11);
		reach(12, null);
		assertThat(isExact()).isFalse();
		this.position.answer(this.position.gaps(), 12);
		assertThat(isExact()).isTrue();
	}

	@Test
	void asksOnceInAWhile() {
		fill();
		assertThat(this.position.question()).isEqualTo(CopyPosition.NONE);
		reach(9, null);
		assertThat(this.position.question()).isNotEqualTo(CopyPosition.NONE);
		assertThat(this.position.question()).isEqualTo(CopyPosition.NONE);
	}

	@Test
	void isNotExactAmidWhatWasWrittenTogether() {
		fill();
		reach(8, batch("a", 1, false));
		assertThat(isExact()).isFalse();
		reach(9, batch("a", 2, true));
		assertThat(isExact()).isTrue();
		reach(10, batch("b", 1, false));
		reach(11, null);
		assertThat(isExact()).isTrue();
	}

	@Test
	void doesNotMissGuardsThatWereReplaced() {
		fill();
		guard(10, batch("a", 3, false));
		assertThat(isExact()).isFalse();
		reach(11, batch("a", 4, true));
		assertThat(isExact()).isTrue();
		guard(14, batch("b", 2, false));
		reach(15, batch("b", 3, true));
		assertThat(isExact()).isFalse();
	}

	@Test
	void changesItsStateWithEachChange() {
		fill();
		long state = this.position.state();
		assertThat(this.position.state()).isEqualTo(state);
		this.position.change(() -> assertThat(isExact()).isFalse());
		assertThat(isExact()).isTrue();
		assertThat(this.position.state()).isNotEqualTo(state);
	}

	@Test
	void isExactWhenTheBucketWasCleared() {
		reach(3, null);
		this.position.cleared(9);
		assertThat(isExact()).isTrue();
		this.position.ahead();
		assertThat(isExact()).isFalse();
		this.position.reset();
		assertThat(this.position.revision()).isZero();
	}

}
