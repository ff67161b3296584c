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

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link KeyCodec}.
 */
class KeyCodecTests {

	private static final List<String> AWKWARD = List.of("user:42", "jane@example.org", "a b", "a=b", "=", "==", "=40",
			".", "..", ".a", "a.", "a..b", "*", ">", "a.*", "ключ", "鍵.値", "\uD83D\uDE00", "\n", "$x", "a/b-c_d");

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void anyKeyIsWrittenInLegalCharactersAndReadBack(KeyCodec codec) {
		for (String key : AWKWARD) {
			String encoded = codec.encode(key);
			assertThat(KeyCodec.NONE.encode(encoded)).as(key).isEqualTo(encoded);
			assertThat(codec.decode(encoded)).isEqualTo(key);
		}
		assertThat(AWKWARD.stream().map(codec::encode)).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".a", "a.", "a..b", "a b", "user:42", "jane@example.org", "a.*", "a.>", "é" })
	void noneRefusesWhatNatsDoesNotAllow(String key) {
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.NONE.encode(key))
			.satisfies((ex) -> assertThat(ex.getKey()).isEqualTo(key));
	}

	@Test
	void theMessageNamesTheCharacterAndTheRemedy() {
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.NONE.encode("user:42"))
			.withMessageContainingAll("user:42", "':'", "U+003A", "key-codec: escape");
	}

	@Test
	void nullIsRefused() {
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.ESCAPE.encode(null))
			.withMessageContaining("null");
	}

	@Test
	void textThatIsNotUnicodeIsRefused() {
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.ESCAPE.encode("a\uD83D"));
	}

	@Test
	void escapesAreReadable() {
		assertThat(KeyCodec.ESCAPE.encode("user:42.jane@x")).isEqualTo("user=3A42.jane=40x");
	}

	@ParameterizedTest
	@EnumSource
	void wildcardsInFiltersStay(KeyCodec codec) {
		assertThat(codec.encodeFilter(">")).isEqualTo(">");
		assertThat(codec.encodeFilter("*.*.>")).isEqualTo("*.*.>");
		assertThat(codec.encodeFilter("a.*")).isEqualTo(codec.encode("a") + ".*");
	}

	@Test
	void aWildcardThatIsPartOfATokenIsNone() {
		assertThat(KeyCodec.ESCAPE.encodeFilter("a*.>.b")).isEqualTo("a=2A.=3E.b");
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.NONE.encodeFilter("a*"));
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.NONE.encodeFilter(">.a"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a.b", "user:42", "é", "\uD83D\uDE00", "a=.=", "=", "$x" })
	void noneReadsWhatOthersWrote(String key) {
		assertThat(KeyCodec.NONE.encodeExisting(key)).isEqualTo(key);
		assertThat(KeyCodec.NONE.isEncoded(key)).isTrue();
		assertThat(KeyCodec.NONE.decode(key)).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", ".a", "a.", "a..b", "a b", "a*", ">", "\n", "\uD83D", "\uDE00a",
			"\uD83D\uD83D\uDE00" })
	void noneDoesNotReadWhatCannotBeAddressed(String key) {
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.NONE.encodeExisting(key));
		assertThat(KeyCodec.NONE.isEncoded(key)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a*", "a.b*.c", ">.a", "a>" })
	void theMessageAboutAWildcardSaysWhatWildcardsStandFor(String filter) {
		assertThatExceptionOfType(InvalidBucketKeyException.class).isThrownBy(() -> KeyCodec.NONE.encodeFilter(filter))
			.withMessageStartingWith("Filter '" + filter + "'")
			.withMessageContainingAll("'*'", "'>'")
			.withMessageNotContaining("key-codec");
	}

	@Test
	void whatOthersWroteIsReadAsItIs() {
		assertThat(KeyCodec.ESCAPE.decode("a=b")).isEqualTo("a=b");
		assertThat(KeyCodec.ESCAPE.decode("=41")).isEqualTo("=41");
		assertThat(KeyCodec.ESCAPE.decode("=3a")).isEqualTo("=3a");
		assertThat(KeyCodec.ESCAPE.decode("=FF")).isEqualTo("=FF");
		assertThat(KeyCodec.BASE64.decode("hello")).isEqualTo("hello");
	}

}
