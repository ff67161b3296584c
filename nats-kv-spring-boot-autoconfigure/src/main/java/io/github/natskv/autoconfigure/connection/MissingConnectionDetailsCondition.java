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

package io.github.natskv.autoconfigure.connection;

import io.github.natskv.autoconfigure.InvalidNatsPropertyException;
import io.github.natskv.autoconfigure.NatsConnectionDetails;
import io.github.natskv.autoconfigure.binding.ConfiguredConnections;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where no bean says where the server of the default connection is. Details that
 * are qualified with the name of a connection are only for that one.
 */
public class MissingConnectionDetailsCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Missing NatsConnectionDetails");
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		if (beanFactory == null) {
			return ConditionOutcome.match(message.because("there is no bean factory"));
		}
		ConnectionBeans beans;
		try {
			beans = new ConnectionBeans(beanFactory, ConfiguredConnections.of(beanFactory).ofDefault());
		}
		catch (InvalidNatsPropertyException ex) {
			return ConditionOutcome.match(message.because("the configuration is invalid, which fails the start"));
		}
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, NatsConnectionDetails.class,
				true, false)) {
			if (beans.isOwn(name)) {
				return ConditionOutcome.noMatch(message.found("bean").items(name));
			}
		}
		return ConditionOutcome.match(message.didNotFind("any beans").atAll());
	}

}
