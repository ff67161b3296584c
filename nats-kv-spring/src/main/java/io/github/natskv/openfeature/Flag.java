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

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A flag, ready to be evaluated.
 *
 * @param enabled whether it is, else everybody has the default of the caller
 * @param seed spreads targeting keys over fractions
 * @param rules decide in this order
 * @param defaultVariant the variant where no rule does, {@code null} with an error
 * @param error why the flag is invalid, if it is
 */
record Flag(boolean enabled, String seed, List<TargetingRule> rules, @Nullable Variant defaultVariant,
		@Nullable String error) {

	private static final EvaluationContext NOBODY = new ImmutableContext();

	static Flag invalid(String error) {
		return new Flag(false, "", List.of(), null, error);
	}

	<T> ProviderEvaluation<T> evaluate(String key, T defaultValue, @Nullable EvaluationContext context,
			FlagType<T> type) {
		Variant variant = this.defaultVariant;
		if (variant == null) {
			return failed(defaultValue, ErrorCode.PARSE_ERROR, "Flag '%s' is invalid: %s".formatted(key, this.error));
		}
		if (!this.enabled) {
			return ProviderEvaluation.<T>builder().value(defaultValue).reason(Reason.DISABLED.name()).build();
		}
		Reason reason = this.rules.isEmpty() ? Reason.STATIC : Reason.DEFAULT;
		EvaluationContext subject = (context != null) ? context : NOBODY;
		double position = -1;
		for (TargetingRule rule : this.rules) {
			if (rule.matches(subject)) {
				if (rule.isSplit() && position < 0) {
					String targetingKey = subject.getTargetingKey();
					if (targetingKey == null || targetingKey.isEmpty()) {
						return failed(defaultValue, ErrorCode.TARGETING_KEY_MISSING,
								"Flag '%s' has fractions, which need a targeting key".formatted(key));
					}
					position = Position.of(this.seed, targetingKey);
				}
				Variant chosen = rule.choose(position);
				if (chosen != null) {
					variant = chosen;
					reason = rule.isSplit() ? Reason.SPLIT : Reason.TARGETING_MATCH;
					break;
				}
			}
		}
		T value = type.reader().apply(variant);
		if (value == null) {
			return failed(defaultValue, ErrorCode.TYPE_MISMATCH,
					"Variant '%s' of flag '%s' is no %s".formatted(variant.name(), key, type.name()));
		}
		return ProviderEvaluation.<T>builder().value(value).variant(variant.name()).reason(reason.name()).build();
	}

	static <T> ProviderEvaluation<T> failed(T defaultValue, ErrorCode code, String message) {
		return ProviderEvaluation.<T>builder()
			.value(defaultValue)
			.reason(Reason.ERROR.name())
			.errorCode(code)
			.errorMessage(message)
			.build();
	}

}
