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

package io.github.natskv.rounds;

import java.util.Random;

/**
 * The faults that listeners on streams meet, but for the {@linkplain CommonFault common
 * ones}.
 */
enum StreamFault implements RoundFault<StreamRound> {

	/** Others delete the consumer. */
	DELETE_CONSUMER((round, random) -> {
		round.deleteConsumer();
		RoundFault.pause(random.nextInt(300));
	}),

	/** Others delete the stream and make it again. */
	RECREATE((round, random) -> {
		round.recreate(random.nextInt(100));
		RoundFault.pause(random.nextInt(300));
	}),

	/** Some listener is paused, and resumed. */
	PAUSE((round, random) -> {
		StreamNode node = round.node(random);
		node.pause();
		RoundFault.pause(random.nextInt(500));
		node.resume();
	}),

	/** Some application is stopped, and started again. */
	RESTART((round, random) -> {
		StreamNode node = round.node(random);
		node.stop();
		RoundFault.pause(random.nextInt(300));
		node.start();
	});

	private final Effect<StreamRound> effect;

	StreamFault(Effect<StreamRound> effect) {
		this.effect = effect;
	}

	@Override
	public void inflict(StreamRound round, Random random) throws Exception {
		this.effect.on(round, random);
	}

}
