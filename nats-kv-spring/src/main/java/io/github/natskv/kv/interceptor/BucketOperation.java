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

package io.github.natskv.kv.interceptor;

import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

/**
 * An operation on a bucket. Implemented by this library only; methods may be added.
 *
 * @since 0.1.0
 */
public sealed interface BucketOperation permits DescribedOperation {

	/**
	 * Describe an operation.
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param configured whether the bucket is a configured one
	 * @param kind what is done
	 * @param key the key, {@code null} if it is not about a single one
	 * @return the operation
	 */
	static BucketOperation of(String connectionName, String bucketKey, String bucketName, boolean configured, Kind kind,
			@Nullable String key) {
		return of(connectionName, bucketKey, bucketName, configured, kind, key, DescribedOperation.NO_RETRIES);
	}

	/**
	 * Describe an operation that may be repeated.
	 * @param connectionName the name of the connection
	 * @param bucketKey the bucket key, else the server's name
	 * @param bucketName the server's name of the bucket
	 * @param configured whether the bucket is a configured one
	 * @param kind what is done
	 * @param key the key, {@code null} if it is not about a single one
	 * @param retries asked how often it has been repeated so far
	 * @return the operation
	 */
	static BucketOperation of(String connectionName, String bucketKey, String bucketName, boolean configured, Kind kind,
			@Nullable String key, IntSupplier retries) {
		return new DescribedOperation(connectionName, bucketKey, bucketName, configured, kind, key, retries);
	}

	/**
	 * Return the name of the connection.
	 * @return the name, {@code default} for the default connection
	 */
	String connectionName();

	/**
	 * Return the bucket key.
	 * @return the bucket key, the server's name for a bucket that is not configured
	 */
	String bucketKey();

	/**
	 * Return the server's name of the bucket.
	 * @return the name
	 */
	String bucketName();

	/**
	 * Whether the bucket is a configured one. There is no end to the names of others that
	 * may be asked for, over the actuator endpoint for example.
	 * @return whether it is configured
	 */
	boolean configured();

	/**
	 * Return what is done.
	 * @return the kind of operation
	 */
	Kind kind();

	/**
	 * Return the key it is done with.
	 * @return the key, {@code null} if the operation is not about a single one
	 */
	@Nullable String key();

	/**
	 * Return how often a transaction was begun anew so far, because others had changed
	 * its keys.
	 * @return the number of calls of its function after the first one; 0 for other kinds
	 */
	int retryCount();

	/**
	 * The kinds of operations on a bucket. More may be added.
	 */
	enum Kind {

		/** Read a value or an entry, or look whether there is one. */
		GET,

		/** Write a value. */
		PUT,

		/** Write a value where there is none. */
		CREATE,

		/** Write a value over a certain revision. */
		UPDATE,

		/** Read a value and write what is made of it. */
		COMPUTE,

		/**
		 * Read and write several keys together. What the function does is an operation of
		 * its own kind within this one, and a write there is only noted.
		 */
		TRANSACTION,

		/** Delete a key. */
		DELETE,

		/** Delete a key and its history. */
		PURGE,

		/** Read the values or entries of several keys. */
		GET_ALL,

		/** Write values of several keys. */
		PUT_ALL,

		/** Delete several keys. */
		DELETE_ALL,

		/** Delete all keys and their history. */
		CLEAR,

		/** List keys or entries. */
		LIST,

		/** Read the history of a key. */
		HISTORY,

		/** Purge old deletion markers. */
		PURGE_DELETES

	}

}
