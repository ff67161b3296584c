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

package io.github.natskv.autoconfigure;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for leadership.
 *
 * @param roles Names of roles that one instance of all applications leads at a time. Each
 * is the name of a lock in nats.locks.bucket.
 * @since 0.1.0
 */
@ConfigurationProperties("nats.leadership")
public record NatsLeadershipProperties(@DefaultValue List<String> roles) {

	/**
	 * The properties as bound where none is set.
	 */
	public static final NatsLeadershipProperties DEFAULTS = new NatsLeadershipProperties(List.of());

}
