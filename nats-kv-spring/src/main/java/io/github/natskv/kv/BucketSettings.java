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

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * The use of a bucket by this application, as opposed to how the server keeps it.
 * <p>
 * Connects the packages of this library; applications do not need it.
 *
 * @param key the bucket key: the name in the configuration
 * @param name the server's name
 * @param valueType the type of the values of the typed bean, if there is one
 * @param codec the codec of this bucket, {@code null} for the application's
 * @param keyCodec which characters keys may have
 * @param consistentReads whether reads go to the leader of the bucket's stream
 * @param localCopy the options of the copy that answers reads, {@code null} for none
 * @since 0.1.0
 */
public record BucketSettings(String key, String name, @Nullable Type valueType, @Nullable KeyValueCodec codec,
		KeyCodec keyCodec, boolean consistentReads, @Nullable LocalCopySettings localCopy) {

	/**
	 * Create settings without a local copy.
	 * @param key the bucket key: the name in the configuration
	 * @param name the server's name
	 * @param valueType the type of the values of the typed bean, if there is one
	 * @param codec the codec of this bucket, {@code null} for the application's
	 * @param keyCodec which characters keys may have
	 * @param consistentReads whether reads go to the leader of the bucket's stream
	 */
	public BucketSettings(String key, String name, @Nullable Type valueType, @Nullable KeyValueCodec codec,
			KeyCodec keyCodec, boolean consistentReads) {
		this(key, name, valueType, codec, keyCodec, consistentReads, null);
	}

	/**
	 * Return these settings with another codec.
	 * @param codec the codec
	 * @return the settings
	 */
	public BucketSettings withCodec(KeyValueCodec codec) {
		return new BucketSettings(this.key, this.name, this.valueType, codec, this.keyCodec, this.consistentReads,
				this.localCopy);
	}

	/**
	 * Return these settings with another copy.
	 * @param localCopy the options of the copy
	 * @return the settings
	 */
	public BucketSettings withLocalCopy(LocalCopySettings localCopy) {
		return new BucketSettings(this.key, this.name, this.valueType, this.codec, this.keyCodec, this.consistentReads,
				localCopy);
	}

	/**
	 * Return the settings of a bucket that is only known by its server's name.
	 * @param name the server's name
	 * @return the settings
	 */
	public static BucketSettings of(String name) {
		return new BucketSettings(name, name, null, null, KeyCodec.NONE, false);
	}

}
