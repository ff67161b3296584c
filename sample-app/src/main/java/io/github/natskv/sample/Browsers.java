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

package io.github.natskv.sample;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The open pages. Each has a thread and a bounded queue of its own, so that a slow one
 * holds up neither the watch nor the others; one that falls behind is disconnected, and
 * begins anew with all rows.
 */
@Component
class Browsers {

	private static final int QUEUE_SIZE = 1000;

	private final Set<Browser> open = ConcurrentHashMap.newKeySet();

	SseEmitter open(Map<String, ?> first) {
		Browser browser = new Browser(new SseEmitter(0L));
		browser.emitter.onCompletion(() -> remove(browser));
		browser.emitter.onError((ex) -> remove(browser));
		first.forEach(browser::send);
		this.open.add(browser);
		return browser.emitter;
	}

	void send(String event, Object data) {
		this.open.forEach((browser) -> browser.send(event, data));
	}

	// open pages would hold up the shutdown of the web server
	@EventListener(ContextClosedEvent.class)
	void close() {
		this.open.forEach((browser) -> browser.emitter.complete());
	}

	private void remove(Browser browser) {
		this.open.remove(browser);
		browser.thread.shutdownNow();
	}

	private static final class Browser {

		private final SseEmitter emitter;

		private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(QUEUE_SIZE));

		private Browser(SseEmitter emitter) {
			this.emitter = emitter;
			this.thread.allowCoreThreadTimeOut(true);
		}

		private void send(String event, Object data) {
			try {
				this.thread.execute(() -> write(event, data));
			}
			catch (RejectedExecutionException ex) {
				this.emitter.complete();
			}
		}

		private void write(String event, Object data) {
			try {
				this.emitter.send(SseEmitter.event().name(event).data(data, MediaType.APPLICATION_JSON));
			}
			catch (IOException | IllegalStateException ex) {
				this.emitter.completeWithError(ex);
			}
		}

	}

}
