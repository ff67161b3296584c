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

package io.github.natskv.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A far-away network: everything a client sends arrives later.
 */
public final class DelayingProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final int target;

	private final Duration delay;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

	public DelayingProxy(int target, Duration delay) {
		this.target = target;
		this.delay = delay;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon(this::accept);
	}

	public String url() {
		return "nats://127.0.0.1:" + this.listener.getLocalPort();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			Socket server = new Socket("127.0.0.1", this.target);
			this.sockets.addAll(List.of(client, server));
			daemon(() -> server.getInputStream().transferTo(client.getOutputStream()));
			daemon(() -> delay(client.getInputStream(), server.getOutputStream()));
		}
	}

	private void delay(InputStream in, OutputStream out) throws IOException {
		byte[] buffer = new byte[8192];
		for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
			byte[] bytes = Arrays.copyOf(buffer, read);
			this.later.schedule(() -> {
				out.write(bytes);
				return null;
			}, this.delay.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private static void daemon(IoTask task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// the end of a connection
			}
		}, "delaying-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.later.shutdownNow();
	}

	private interface IoTask {

		void run() throws IOException;

	}

}
