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

package io.github.natskv.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has a method run on the leader of a role alone, such as one that is {@code @Scheduled}:
 * anywhere else a call returns without running it. Calls from within the same object run
 * always, as with every annotation of this kind.
 * <p>
 * Leadership is looked at when the method is called. A method that takes long asks
 * {@code LeaderElection} whether it still leads, and gives the fencing token to what it
 * writes to. When the application ends, another one leads only after the method has
 * returned.
 * <p>
 * The method returns nothing, is neither private, static nor final, and its class is not
 * final; anything else fails the start, as does a role that is not in
 * {@code nats.leadership.roles}. So do methods that take messages from a queue, as those
 * that reach others than the leader would be lost.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface LeaderOnly {

	/**
	 * Role whose leader runs the method: one of {@code nats.leadership.roles}. Takes
	 * <code>${…}</code> placeholders.
	 * @return the name of the role
	 */
	String value();

}
