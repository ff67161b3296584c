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

package io.github.natskv.lock;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * Lets calls through on the leader.
 */
final class LeaderOnlyInterceptor implements MethodInterceptor {

	private final LeaderOnlyMethods methods;

	LeaderOnlyInterceptor(LeaderOnlyMethods methods) {
		this.methods = methods;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? AopUtils.getTargetClass(target) : null;
		LeaderElection election = this.methods.election(AopUtils.getMostSpecificMethod(invocation.getMethod(), type));
		if (!(election instanceof LeaderRole role)) {
			return election.isLeader() ? invocation.proceed() : null;
		}
		if (!role.beginWork()) {
			return null;
		}
		try {
			return invocation.proceed();
		}
		finally {
			role.endWork();
		}
	}

}
