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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.github.natskv.embedded.EmbeddedNatsServer;
import io.github.natskv.kv.KeyValueBucket;
import io.github.natskv.test.ClearBuckets;
import io.github.natskv.test.EmbeddedNats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page in a real browser, which has to be there: {@code chromium} and
 * {@code chromedriver} of the distribution.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@EmbeddedNats
@ClearBuckets
class BoardPageTests {

	private static final Path CHROMIUM = Path.of(System.getProperty("sample.chromium", "/usr/bin/chromium"));

	private static final Path DRIVER = Path.of(System.getProperty("sample.chromedriver", "/usr/bin/chromedriver"));

	private static final Path SCREENSHOTS = Path.of("target/screenshots");

	@LocalServerPort
	private int port;

	@Autowired
	private KeyValueBucket<String> bucket;

	@Autowired
	private EmbeddedNatsServer server;

	@Value("${sample.transactions}")
	private boolean transactions;

	private ChromeDriver browser;

	@BeforeAll
	static void requireBrowser() {
		assumeTrue(Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
				() -> "no browser: looked for '%s' and '%s'; install chromium and chromium-driver".formatted(CHROMIUM,
						DRIVER));
	}

	@BeforeEach
	void open() {
		ChromeOptions options = new ChromeOptions();
		options.setBinary(CHROMIUM.toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--window-size=1200,1000");
		this.browser = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).usingAnyFreePort().build(),
				options);
		this.bucket.put("key", "Hello!");
		this.bucket.put("account.ann", "100");
		this.bucket.put("account.bob", "50");
		load();
	}

	@AfterEach
	void close() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	void changesAppearByThemselves() {
		this.bucket.put("added", "<b>later</b>");
		until(() -> value("added").equals("<b>later</b>"));
		this.bucket.delete("added");
		until(() -> this.browser.findElements(row("added")).isEmpty());
	}

	@Test
	void twoWindowsStayInStep() {
		String first = this.browser.getWindowHandle();
		this.browser.switchTo().newWindow(WindowType.TAB);
		load();
		write("shared", "from the second");
		until(() -> value("shared").equals("from the second"));
		this.browser.switchTo().window(first);
		until(() -> value("shared").equals("from the second"));
	}

	@Test
	void editOfAnOlderRevisionIsAConflictAndOverwritesNothing() {
		click("edit", "key");
		this.bucket.put("key", "Somebody else's");
		until(() -> text("basis").contains("putting is refused"));
		submit("write", "value", "Mine");
		until(() -> text("notice").contains("Somebody else was faster"));
		assertThat(this.bucket.get("key")).isEqualTo("Somebody else's");
		click("edit", "key");
		submit("write", "value", "Mine");
		until(() -> value("key").equals("Mine"));
		assertThat(text("notice")).isEmpty();
	}

	@Test
	void keyIsDeletedAndItsOldRevisionsStayReadable() {
		this.bucket.put("key", "Good morning!");
		until(() -> value("key").equals("Good morning!"));
		click("history", "key");
		until(() -> text("revisions").contains("Hello!"));
		assertThat(text("revisions")).containsSubsequence("Good morning!", "Hello!");
		screenshot("history");
		this.browser.switchTo().activeElement().sendKeys(Keys.ENTER);
		until(() -> !this.browser.findElement(By.id("history")).isDisplayed());
		click("delete", "key");
		until(() -> this.browser.findElements(row("key")).isEmpty());
		assertThat(this.bucket.exists("key")).isFalse();
	}

	@Test
	void messageIsAnsweredByTheHandlerWithTheValueOfTheBucket() {
		submit("message", "text", "Hi!");
		until(() -> text("reply").equals("Hello! Hi!"));
	}

	@Test
	void messageNobodyListensToSaysSo() {
		submit("message", "subject", "nobody.there");
		until(() -> text("notice").contains("nobody.there"));
	}

	@Test
	void transferWritesBothKeysOrNeither() {
		assumeTrue(this.transactions, "the server has no transactions");
		submit("transfer", "amount", "30");
		until(() -> value("account.ann").equals("70") && value("account.bob").equals("80"));
		submit("transfer", "amount", "300");
		until(() -> text("notice").contains("'account.ann' has only 70"));
		assertThat(this.bucket.get("account.bob")).isEqualTo("80");
	}

	@Test
	void killedServerIsShownAndWhatWasMissedArrives() {
		until(() -> text("health").equals("health UP"));
		this.server.kill();
		until(() -> state("connection").equals("bad") && text("health").equals("health DOWN"));
		screenshot("server-killed");
		write("lost", "never written");
		until(() -> text("notice").contains("no connection to NATS"));
		this.server.restart();
		until(() -> state("connection").equals("good") && text("health").equals("health UP"));
		this.bucket.put("key", "Hello again!");
		until(() -> value("key").equals("Hello again!"));
		assertThat(this.bucket.exists("lost")).isFalse();
	}

	@Test
	void pageWorksByKeyboardOnAPhoneAndInTheDark() {
		this.browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", 390, "height", 844, "deviceScaleFactor", 2, "mobile", true));
		this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
		load();
		Number overflow = (Number) this.browser
			.executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
		assertThat(overflow).isEqualTo(0L);
		screenshot("phone-dark");
		WebElement key = this.browser.findElement(By.cssSelector("#write input[name=key]"));
		key.sendKeys("typed", Keys.TAB, "by keyboard", Keys.ENTER);
		until(() -> value("typed").equals("by keyboard"));
	}

	@Test
	void boardIsPhotographed() {
		this.browser.manage().window().setSize(new Dimension(1200, 900));
		this.bucket.put("mood", "curious");
		this.bucket.put("mood", "delighted");
		submit("message", "text", "Hi!");
		until(() -> text("reply").equals("Hello! Hi!") && value("mood").equals("delighted")
				&& text("health").equals("health UP"));
		assertThat(screenshot("board")).isNotEmptyFile();
	}

	private void load() {
		this.browser.get("http://localhost:" + this.port);
		until(() -> state("connection").equals("good") && value("key").equals("Hello!"));
	}

	private void until(BooleanSupplier condition) {
		new WebDriverWait(this.browser, Duration.ofSeconds(20)).ignoring(StaleElementReferenceException.class)
			.until((browser) -> condition.getAsBoolean());
	}

	private void write(String key, String value) {
		this.browser.findElement(By.cssSelector("#write input[name=key]")).sendKeys(key);
		submit("write", "value", value);
	}

	private void submit(String form, String field, String value) {
		WebElement input = this.browser.findElement(By.cssSelector("#%s input[name=%s]".formatted(form, field)));
		input.clear();
		input.sendKeys(value, Keys.ENTER);
	}

	private void click(String action, String key) {
		until(() -> {
			this.browser.findElement(By.cssSelector("[data-action=%s][data-key='%s']".formatted(action, key))).click();
			return true;
		});
	}

	private String value(String key) {
		List<WebElement> rows = this.browser.findElements(row(key));
		return rows.isEmpty() ? "" : rows.get(0).findElement(By.cssSelector("td:nth-child(2)")).getText();
	}

	private static By row(String key) {
		return By.cssSelector("tr[data-row='%s']".formatted(key));
	}

	private String text(String id) {
		return this.browser.findElement(By.id(id)).getText();
	}

	private String state(String id) {
		return this.browser.findElement(By.id(id)).getAttribute("data-state");
	}

	private Path screenshot(String name) {
		try {
			Files.createDirectories(SCREENSHOTS);
			return Files.write(SCREENSHOTS.resolve(name + ".png"), this.browser.getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
