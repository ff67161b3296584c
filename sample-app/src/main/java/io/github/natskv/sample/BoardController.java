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

import java.util.List;
import java.util.Map;

import io.github.natskv.core.NatsOperations;
import io.github.natskv.kv.KeyValueBucket;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Serves the page. Writes name the revision that the page was looking at.
 */
@RestController
@RequestMapping("/api")
class BoardController {

	private final Board board;

	private final KeyValueBucket<String> bucket;

	private final NatsOperations nats;

	private final Transfers transfers;

	BoardController(Board board, KeyValueBucket<String> bucket, NatsOperations nats, Transfers transfers) {
		this.board = board;
		this.bucket = bucket;
		this.nats = nats;
		this.transfers = transfers;
	}

	@GetMapping(path = "/board", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter board() {
		return this.board.open();
	}

	@GetMapping("/history")
	List<Board.Row> history(@RequestParam String key) {
		return Board.Row.newestFirst(this.bucket.history(key));
	}

	@PutMapping("/entry")
	Map<String, Long> put(@RequestBody Write write) {
		long revision = (write.revision() == 0) ? this.bucket.create(write.key(), write.value())
				: this.bucket.update(write.key(), write.value(), write.revision());
		return Map.of("revision", revision);
	}

	@DeleteMapping("/entry")
	Map<String, Long> delete(@RequestParam String key, @RequestParam long revision) {
		return Map.of("revision", this.bucket.delete(key, revision));
	}

	@PostMapping("/messages")
	Map<String, String> send(@RequestBody Message message) {
		return Map.of("reply", this.nats.request(message.subject(), message.text(), String.class));
	}

	@PostMapping("/transfers")
	void transfer(@RequestBody Transfers.Transfer transfer) {
		this.transfers.transfer(transfer);
	}

	/**
	 * A value to be written.
	 *
	 * @param key the key
	 * @param value the value
	 * @param revision the revision the page was looking at, 0 for a new key
	 */
	record Write(String key, String value, long revision) {

	}

	/**
	 * A message to be sent.
	 *
	 * @param subject the subject
	 * @param text the payload
	 */
	record Message(String subject, String text) {

	}

}
