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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Publishes events in order on a thread of its own, jnats having one for all callbacks:
 * from the moment the context is up until it closes.
 */
public class NatsEventPublisher implements ApplicationListener<ContextRefreshedEvent>, DisposableBean {

	private static final Log logger = LogFactory.getLog(NatsEventPublisher.class);

	private static final int MAX_WAITING = 1000;

	private final ConfigurableApplicationContext context;

	private final ThreadPoolExecutor executor;

	private final List<Object> early = new ArrayList<>();

	private boolean started;

	NatsEventPublisher(ConfigurableApplicationContext context) {
		this.context = context;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("nats-events-");
		threads.setDaemon(true);
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING),
				threads, (task, pool) -> logger.debug("Event not published, too many are waiting"));
		this.executor.allowCoreThreadTimeOut(true);
	}

	public void publish(Object event) {
		synchronized (this.early) {
			if (!this.started) {
				if (this.early.size() < MAX_WAITING) {
					this.early.add(event);
				}
				return;
			}
			this.executor.execute(() -> deliver(event));
		}
	}

	private void deliver(Object event) {
		if (!this.context.isActive()) {
			return;
		}
		try {
			this.context.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of " + event + " failed", ex);
		}
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		synchronized (this.early) {
			this.started = true;
			this.early.forEach(this::publish);
			this.early.clear();
		}
	}

	@Override
	public void destroy() {
		this.executor.shutdownNow();
	}

}
