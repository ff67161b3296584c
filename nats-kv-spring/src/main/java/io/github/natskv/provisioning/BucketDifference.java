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

package io.github.natskv.provisioning;

/**
 * An option of a bucket the server has otherwise than declared.
 *
 * @param option the option
 * @param wanted what is declared
 * @param found what the server has
 * @since 0.1.0
 */
public record BucketDifference(BucketOption option, String wanted, String found) {

	String change() {
		return "%s from %s to %s".formatted(this.option.getProperty(), this.found, this.wanted);
	}

	@Override
	public String toString() {
		return this.option.getProperty() + " is " + this.found + " instead of " + this.wanted;
	}

}
