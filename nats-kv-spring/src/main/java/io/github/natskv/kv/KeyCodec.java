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
 * The characters that keys of a bucket may have, and their encoding on the server.
 * <p>
 * Keys consist of tokens with dots between them. Encoding works token by token, so that
 * filters with wildcards work with every codec: a token {@code *} stands for any one
 * token, a last token {@code >} for one or more.
 * <p>
 * A key on the server that the codec would not have written so, as another application
 * may do, is left out of listings and watches, with one WARN for each bucket: two keys of
 * the server never have the same name. The {@linkplain KeyValueBucket#getKeyValue() jnats
 * handle} can address it.
 *
 * @since 0.1.0
 */
public enum KeyCodec {

	/**
	 * Keys are written as they are: {@code [A-Za-z0-9-_/=.]}, without empty tokens, so
	 * not starting or ending with a dot and without two dots in a row (NATS ADR-8).
	 */
	NONE(new PlainTokens()),

	/**
	 * Any character is allowed. Those outside {@code [A-Za-z0-9-_/.]} are written as
	 * {@code =XX}, the hexadecimal value of each byte of their UTF-8 form:
	 * {@code user=3A42}. An empty token is written as {@code =}.
	 */
	ESCAPE(new EscapedTokens()),

	/**
	 * Any character is allowed, each token is written as URL-safe Base64 of its UTF-8
	 * form without padding. An empty token is written as {@code =}.
	 */
	BASE64(new Base64Tokens());

	private final KeyTokens tokens;

	KeyCodec(KeyTokens tokens) {
		this.tokens = tokens;
	}

	/**
	 * Return how a key is written on the server.
	 * @param key the key
	 * @return the key on the server
	 * @throws InvalidBucketKeyException if the codec does not allow such a key
	 */
	public String encode(String key) {
		return this.tokens.encode(key, false);
	}

	/**
	 * Return how a key is written on the server that is only read. With {@link #NONE}
	 * these are all keys a server can hold, as other clients may not keep to what keys
	 * may have, but for those with white space, control characters and wildcards.
	 * @param key the key
	 * @return the key on the server
	 * @throws InvalidBucketKeyException if there cannot be such a key
	 */
	public String encodeExisting(String key) {
		return this.tokens.encodeExisting(key);
	}

	/**
	 * Whether a key on the server is one of this codec. Others, which other applications
	 * wrote, are not shown: they could not be told from the codec's own.
	 * @param encoded the key on the server
	 * @return whether {@link #encodeExisting(String)} leads to it
	 */
	public boolean isEncoded(String encoded) {
		return this.tokens.isEncoded(encoded);
	}

	/**
	 * Return how a filter is written on the server.
	 * @param filter a key, with {@code *} and {@code >} as wildcards
	 * @return the filter on the server
	 * @throws InvalidBucketKeyException if the codec does not allow such a filter
	 */
	public String encodeFilter(String filter) {
		return this.tokens.encode(filter, true);
	}

	/**
	 * Return the key that is written so on the server.
	 * @param encoded the key on the server
	 * @return the key, or what was given if this codec would not have written it so
	 */
	public String decode(String encoded) {
		return this.tokens.decode(encoded);
	}

}
