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

package io.github.natskv.openfeature;

import java.util.List;

import dev.openfeature.sdk.EvaluationContext;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a flag: who it is about, and which variant they get.
 *
 * @param conditions which all have to hold
 * @param shares the variants of fractions, of which each ends at a position; the variant
 * of a single share that ends at 1 is that of all
 * @param isSplit whether the variant depends on the position
 */
record TargetingRule(List<Condition> conditions, List<Share> shares, boolean isSplit) {

	boolean matches(EvaluationContext context) {
		for (Condition condition : this.conditions) {
			if (!condition.holds(context.getValue(condition.attribute()))) {
				return false;
			}
		}
		return true;
	}

	@Nullable Variant choose(double position) {
		for (Share share : this.shares) {
			if (position < share.end()) {
				return share.variant();
			}
		}
		return null;
	}

	/**
	 * A fraction of the targeting keys.
	 *
	 * @param end the position it ends at, 1 at most
	 * @param variant what they get
	 */
	record Share(double end, Variant variant) {

	}

}
