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

package io.github.natskv.kv;

/**
 * Which characters the keys of a bucket may have, and how they are written on the server.
 *
 * @since 0.1.0
 */
public enum KeyCodec {

	/**
	 * Keys are written as they are: {@code [A-Za-z0-9-_/=.]}, not starting or ending with
	 * a dot (NATS ADR-8).
	 */
	NONE,

	/**
	 * Any character is allowed, those NATS has no room for are escaped.
	 */
	ESCAPE,

	/**
	 * Any character is allowed, each token between dots is written as URL-safe Base64.
	 */
	BASE64

}
