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

package io.github.natskv.core;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The content type of a message.
 */
final class ContentType {

	private static final int MAX_LENGTH = 1000;

	private ContentType() {
	}

	static @Nullable MimeType of(@Nullable Headers headers) {
		String value = NatsHeaders.first(headers, NatsHeaders.CONTENT_TYPE);
		try {
			// Spring keeps what it has parsed
			return (value != null && value.length() <= MAX_LENGTH) ? MimeTypeUtils.parseMimeType(value) : null;
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

	static Charset charset(MimeType contentType) {
		Charset charset = contentType.getCharset();
		return (charset != null) ? charset : StandardCharsets.UTF_8;
	}

	// Text and plain bytes say too little to refuse them.
	static boolean mayBeJson(MimeType contentType) {
		return contentType.getSubtype().equals("json") || "json".equals(contentType.getSubtypeSuffix())
				|| contentType.getType().equals("text")
				|| contentType.equalsTypeAndSubtype(MimeTypeUtils.APPLICATION_OCTET_STREAM)
				|| contentType.isWildcardType();
	}

}
