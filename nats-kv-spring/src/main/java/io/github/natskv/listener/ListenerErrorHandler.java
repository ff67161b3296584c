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

package io.github.natskv.listener;

import org.jspecify.annotations.Nullable;

/**
 * Called when a listener failed, in place of the log message. A listener names its error
 * handler by bean name; the only (or primary) bean of this type serves all others.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerErrorHandler {

	/**
	 * Handle a failure.
	 * @param failure what failed, with the handler's exception as its cause
	 * @return the reply for a waiting requester, or {@code null} to let it have the error
	 * reply; of no use for a change of a bucket, which is passed over in any case
	 * @throws Exception to have the failure logged and answered with the error reply as
	 * if there were no error handler
	 */
	@Nullable Object handleError(ListenerExecutionFailedException failure) throws Exception;

}
