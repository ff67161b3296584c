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

import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.support.StaticMessageSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnnotatedTypes}.
 */
class AnnotatedTypesTests {

	private static final List<Class<? extends Annotation>> LISTENERS = List.of(NatsListener.class);

	@ParameterizedTest
	@ValueSource(classes = { Direct.class, Inherited.class, Overriding.class, OfInterface.class,
			OfParentInterface.class, Composed.class, Hidden.class })
	void aTypeWithAnAnnotatedMethodMayHaveOne(Class<?> type) {
		assertThat(AnnotatedTypes.mayHave(type, LISTENERS)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { Plain.class, Annotated.class, StaticMessageSource.class, String.class })
	void aTypeWithoutOneHasNone(Class<?> type) {
		assertThat(AnnotatedTypes.mayHave(type, LISTENERS)).isFalse();
	}

	@Test
	void aProxyOfAnInterfaceMayHaveThoseOfTheInterface() {
		Object proxy = Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Contract.class },
				(self, method, arguments) -> null);
		assertThat(AnnotatedTypes.mayHave(proxy.getClass(), LISTENERS)).isTrue();
	}

	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener("composed")
	@interface OnSubject {

	}

	static class Direct {

		@NatsListener("direct")
		void on() {
		}

	}

	static class Inherited extends Direct {

	}

	static class Overriding extends Direct {

		@Override
		void on() {
		}

	}

	interface Contract {

		@NatsListener("contract")
		void on();

	}

	interface Special extends Contract {

	}

	static class OfInterface implements Contract {

		@Override
		public void on() {
		}

	}

	static class OfParentInterface implements Special {

		@Override
		public void on() {
		}

	}

	static class Composed {

		@OnSubject
		void on() {
		}

	}

	static class Hidden {

		@NatsListener("hidden")
		private void on() {
		}

	}

	static class Plain {

		void on() {
		}

	}

	static class Annotated {

		@Autowired
		@Deprecated
		void on(String text) {
		}

	}

}
