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

package io.github.natskv.test.shop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natskv.annotation.JetStreamListener;

import org.springframework.stereotype.Component;

/**
 * Has nothing but a listener on a stream, which most tests do without.
 */
@Component
class Invoices {

	private final List<String> printed = new CopyOnWriteArrayList<>();

	@JetStreamListener(id = "invoices", stream = "invoices", consumer = "printing",
			autoStartup = "${shop.print-invoices:false}")
	void print(String invoice) {
		this.printed.add(invoice);
	}

	List<String> printed() {
		return this.printed;
	}

}
