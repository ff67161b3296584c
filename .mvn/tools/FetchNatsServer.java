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

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Sees to it that the build has a {@code nats-server}: the one it was told to use, one on
 * the {@code PATH}, or one in the project's cache; failing these, it fills the cache from
 * the distribution's package (downloaded, not installed), Homebrew, or the upstream
 * release.
 *
 * <pre>
 * java FetchNatsServer.java                             what the build runs
 * java FetchNatsServer.java --suite bookworm --to DIR   the package of one Debian suite, for CI
 * </pre>
 */
final class FetchNatsServer {

	private static final String NAME = "nats-server";

	private static final String RELEASE = "v2.15.1";

	private static final String RELEASES = System.getProperty("nats-server.releases",
			"https://github.com/nats-io/nats-server/releases/download");

	private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.(\\d+)\\.\\S+");

	private final List<String> attempts = new ArrayList<>();

	private final Path work;

	private FetchNatsServer(Path work) {
		this.work = work;
	}

	public static void main(String[] arguments) throws Exception {
		Path work = Files.createTempDirectory("fetch-nats-server-");
		boolean found;
		try {
			FetchNatsServer fetcher = new FetchNatsServer(work);
			if (arguments.length == 0) {
				found = fetcher.provide();
			}
			else if (arguments.length == 4 && "--suite".equals(arguments[0]) && "--to".equals(arguments[2])) {
				found = fetcher.provide(arguments[1], Path.of(arguments[3]).toAbsolutePath().resolve(NAME));
			}
			else {
				throw new IllegalArgumentException("Usage: FetchNatsServer [--suite SUITE --to DIRECTORY]");
			}
		}
		finally {
			delete(work);
		}
		System.exit(found ? 0 : 1);
	}

	private boolean provide() throws IOException {
		String explicit = explicit();
		if (explicit != null) {
			return use("the given path", Path.of(explicit).toAbsolutePath()) || fail();
		}
		for (Path candidate : onPath(NAME)) {
			if (use("PATH", candidate)) {
				return true;
			}
			say("'" + candidate + "' is on the PATH and cannot be used; the embedded server would still take it. "
					+ "Remove it, or set NATS_SERVER_BINARY to another.");
		}
		Path cache = cache();
		if (isAsFetched("the cache", cache) && use("the cache", cache)) {
			return true;
		}
		for (String suite : suites()) {
			if (fetch("the distribution's package (" + suite + ")", cache, () -> fetchPackage(suite))) {
				return true;
			}
		}
		return fetch("Homebrew", cache, this::fetchBottle)
				|| fetch("the upstream release " + RELEASE, cache, this::fetchRelease) || fail();
	}

	private boolean provide(String suite, Path target) throws IOException {
		boolean there = isAsFetched("the directory", target) && isUsable("the directory", target);
		if (there || fetch("the package of " + suite, target, () -> fetchPackage(suite))) {
			System.out.println(target);
			return true;
		}
		return fail();
	}

	private static String explicit() {
		return Stream.of(System.getProperty("nats-server.binary"), System.getenv("NATS_SERVER_BINARY"))
			.filter((path) -> path != null && !path.isBlank())
			.findFirst()
			.orElse(null);
	}

	private static Path cache() {
		String base = System.getenv("XDG_CACHE_HOME");
		Path directory = (base != null && !base.isBlank()) ? Path.of(base)
				: Path.of(System.getProperty("user.home"), ".cache");
		return directory.resolve("nats-kv-spring-boot").resolve(NAME).toAbsolutePath();
	}

	private static List<Path> onPath(String program) {
		String path = System.getenv().getOrDefault("PATH", "");
		return Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
			.filter((entry) -> !entry.isBlank())
			.map((entry) -> Path.of(entry, program).toAbsolutePath())
			.filter((file) -> Files.isRegularFile(file) && Files.isExecutable(file))
			.toList();
	}

	private boolean use(String source, Path binary) {
		if (!isUsable(source, binary)) {
			return false;
		}
		System.out.println("nats-server: using '" + binary + "' (" + source + ")");
		return true;
	}

	private boolean isUsable(String source, Path binary) {
		try {
			check(binary);
			return true;
		}
		catch (IOException ex) {
			this.attempts.add(source + ": " + ex.getMessage());
			return false;
		}
	}

	private String check(Path binary) throws IOException {
		if (!Files.isRegularFile(binary) || !Files.isExecutable(binary)) {
			throw new IOException("'" + binary + "' is not an executable file");
		}
		String output = run(Duration.ofSeconds(20), binary.toString(), "--version").strip();
		Matcher version = VERSION.matcher(output);
		if (!version.find()) {
			throw new IOException("'" + binary + " --version' says '" + output + "'");
		}
		int major = Integer.parseInt(version.group(1));
		if (major < 2 || major == 2 && Integer.parseInt(version.group(2)) < 9) {
			throw new IOException("'" + binary + "' is " + version.group() + ", but 2.9 or newer is needed");
		}
		return version.group();
	}

	private boolean fetch(String source, Path target, Source from) {
		try {
			Path binary = from.fetch();
			Files.createDirectories(target.getParent());
			Path candidate = Files.createTempFile(target.getParent(), NAME, ".new");
			try {
				Files.copy(binary, candidate, StandardCopyOption.REPLACE_EXISTING);
				makeExecutable(candidate);
				String version = check(candidate);
				Files.deleteIfExists(checksum(target));
				move(candidate, target);
				Files.writeString(checksum(target), sha256(target) + "\n");
				say(version + " from " + source + " is now '" + target + "'");
				return true;
			}
			finally {
				Files.deleteIfExists(candidate);
			}
		}
		catch (IOException ex) {
			this.attempts.add(source + ": " + ex.getMessage());
			return false;
		}
	}

	// A program is not even asked for its version if it is not the one that was fetched
	private boolean isAsFetched(String source, Path binary) throws IOException {
		if (!Files.exists(binary)) {
			return false;
		}
		boolean noted = Files.exists(checksum(binary));
		if (noted && Files.readString(checksum(binary)).strip().equals(sha256(binary))) {
			return true;
		}
		this.attempts.add(source + ": '" + binary + "' is not used, as "
				+ (noted ? "its SHA-256 is not the one noted when it was fetched" : "no SHA-256 was noted for it"));
		return false;
	}

	private static Path checksum(Path binary) {
		return binary.resolveSibling(binary.getFileName() + ".sha256");
	}

	private static void makeExecutable(Path file) throws IOException {
		if (!file.toFile().setReadable(true, false) || !file.toFile().setExecutable(true, false)) {
			throw new IOException("'" + file + "' cannot be made executable");
		}
	}

	private static void move(Path candidate, Path target) throws IOException {
		try {
			Files.move(candidate, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (AtomicMoveNotSupportedException ex) {
			Files.move(candidate, target, StandardCopyOption.REPLACE_EXISTING);
		}
	}

	/**
	 * The suites of the machine's distribution to ask for a package: on Debian the newest
	 * first, since a stable release keeps an old server for years.
	 */
	private static Set<String> suites() throws IOException {
		Map<String, String> system = osRelease();
		Set<String> suites = new LinkedHashSet<>();
		if ("debian".equals(system.get("ID"))) {
			suites.add("sid");
		}
		suites.add(system.getOrDefault("VERSION_CODENAME", "sid"));
		return suites;
	}

	private Path fetchPackage(String suite) throws IOException {
		require("apt-get");
		require("dpkg-deb");
		Path directory = Files.createDirectories(this.work.resolve(suite));
		Path sources = Files.createDirectories(directory.resolve("sources"));
		int count = writeSources(suite, sources);
		if (count == 0) {
			throw new IOException("no entry below /etc/apt is the distribution's own mirror");
		}
		say("fetching the package of " + suite + " with apt-get");
		Files.createDirectories(directory.resolve("lists/partial"));
		Files.createDirectories(directory.resolve("cache/archives/partial"));
		List<String> apt = List.of("apt-get", "-qq", "-o", "Dir::Etc::sourcelist=/dev/null", "-o",
				"Dir::Etc::sourceparts=" + sources, "-o", "Dir::State::Lists=" + directory.resolve("lists"), "-o",
				"Dir::Cache=" + directory.resolve("cache"), "-o", "APT::Sandbox::User=root", "-o",
				"Acquire::Languages=none", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=20");
		apt(directory, apt, "update");
		apt(directory, apt, "download", NAME);
		try (Stream<Path> files = Files.list(directory)) {
			Path archive = files.filter((file) -> file.toString().endsWith(".deb"))
				.findFirst()
				.orElseThrow(() -> new IOException("apt-get downloaded no package"));
			Path unpacked = directory.resolve("unpacked");
			run(Duration.ofMinutes(2), "dpkg-deb", "-x", archive.toString(), unpacked.toString());
			return unpacked.resolve("usr/sbin").resolve(NAME);
		}
	}

	private void apt(Path directory, List<String> options, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(options);
		command.addAll(List.of(arguments));
		run(directory, Duration.ofMinutes(5), command);
	}

	/**
	 * Write the machine's own apt sources, with the suite replaced where it is the
	 * distribution's main one.
	 */
	private int writeSources(String suite, Path directory) throws IOException {
		Set<String> own = Set.of(osRelease().getOrDefault("VERSION_CODENAME", "sid"), "sid", "unstable", "testing",
				"stable", "oldstable");
		List<Path> files = new ArrayList<>(List.of(Path.of("/etc/apt/sources.list")));
		Path parts = Path.of("/etc/apt/sources.list.d");
		if (Files.isDirectory(parts)) {
			try (Stream<Path> entries = Files.list(parts)) {
				files.addAll(entries.sorted().toList());
			}
		}
		int count = 0;
		for (Path file : files) {
			String name = file.getFileName().toString();
			if (!Files.isReadable(file) || !name.endsWith(".list") && !name.endsWith(".sources")) {
				continue;
			}
			String text = Files.readString(file);
			List<String> entries = name.endsWith(".list") ? lines(text, own, suite) : stanzas(text, own, suite);
			if (!entries.isEmpty()) {
				String extension = name.substring(name.lastIndexOf('.'));
				Files.writeString(directory.resolve("source" + count++ + extension), String.join("\n\n", entries) + "\n");
			}
		}
		return count;
	}

	private static List<String> lines(String text, Set<String> own, String suite) {
		Pattern entry = Pattern.compile("^(deb\\s+(?:\\[[^]]*]\\s*)?\\S+\\s+)(\\S+)(\\s+.*)$");
		return text.lines()
			.map(String::strip)
			.map(entry::matcher)
			.filter((line) -> line.matches() && own.contains(line.group(2)))
			.map((line) -> withoutTrust(line.group(1)) + suite + line.group(3))
			.distinct()
			.toList();
	}

	// Signatures are checked, whatever the machine's own entry says
	private static String withoutTrust(String entry) {
		return entry.replaceAll("(?i)(?<=[\\[\\s])(trusted|allow-insecure|allow-weak)\\s*=\\s*\\S+?(?=[\\s\\]])", "")
			.replaceFirst("\\[\\s*]\\s*", "");
	}

	private static List<String> stanzas(String text, Set<String> own, String suite) {
		List<String> stanzas = new ArrayList<>();
		for (String stanza : text.split("\\R[ \\t]*\\R")) {
			Matcher suites = field("Suites").matcher(stanza);
			boolean main = suites.find() && Arrays.stream(suites.group(1).split("\\s+")).anyMatch(own::contains);
			boolean disabled = Pattern.compile("(?im)^Enabled:\\s*(no|false|off|0)\\s*$").matcher(stanza).find();
			if (main && !disabled) {
				String changed = suites.replaceFirst("Suites: " + suite);
				changed = changed.replaceAll("(?im)^(Trusted|Allow-Insecure|Allow-Weak):.*\\R?", "");
				stanzas.add(field("Types").matcher(changed).replaceFirst("Types: deb").strip());
			}
		}
		return stanzas;
	}

	private static Pattern field(String name) {
		return Pattern.compile("(?im)^" + name + ":[ \\t]*(.*(?:\\R[ \\t]+.*)*)$");
	}

	private static Map<String, String> osRelease() throws IOException {
		Path file = Path.of("/etc/os-release");
		if (!Files.isReadable(file)) {
			return Map.of();
		}
		try (Stream<String> lines = Files.lines(file)) {
			return lines.filter((line) -> line.contains("="))
				.map((line) -> line.split("=", 2))
				.collect(Collectors.toMap((pair) -> pair[0].strip(), (pair) -> pair[1].replace("\"", "").strip(),
						(first, second) -> second));
		}
	}

	/**
	 * The program of an installed formula, else that of a bottle, downloaded but not
	 * installed.
	 */
	private Path fetchBottle() throws IOException {
		if (!System.getProperty("os.name").startsWith("Mac")) {
			throw new IOException("not on macOS");
		}
		require("brew");
		Path installed = Path.of(run(Duration.ofMinutes(1), "brew", "--prefix", NAME).strip(), "bin", NAME);
		if (Files.isExecutable(installed)) {
			return installed;
		}
		say("fetching the bottle with brew");
		run(Duration.ofMinutes(10), "brew", "fetch", NAME);
		String bottle = run(Duration.ofMinutes(1), "brew", "--cache", NAME).strip();
		Path unpacked = Files.createDirectories(this.work.resolve("bottle"));
		run(Duration.ofMinutes(2), "tar", "-xzf", bottle, "-C", unpacked.toString());
		try (Stream<Path> files = Files.walk(unpacked)) {
			return files.filter((file) -> file.endsWith(Path.of("bin", NAME)))
				.findFirst()
				.orElseThrow(() -> new IOException("there is no bin/" + NAME + " in '" + bottle + "'"));
		}
	}

	private Path fetchRelease() throws IOException {
		if (!"trust".equals(System.getenv("NATS_SERVER_UPSTREAM"))) {
			throw new IOException("not asked, as archive and checksum come from the same place, so that whoever controls"
					+ " that place is believed. Set NATS_SERVER_UPSTREAM=trust to trust it");
		}
		String archive = "%s-%s-%s.zip".formatted(NAME, RELEASE, platform());
		String base = RELEASES + "/" + RELEASE + "/";
		String sums = Files.readString(download(base + "SHA256SUMS"));
		String expected = sums.lines()
			.map((line) -> line.strip().split("\\s+[*]?"))
			.filter((line) -> line.length == 2 && line[1].equals(archive))
			.map((line) -> line[0].toLowerCase(Locale.ROOT))
			.findFirst()
			.orElseThrow(() -> new IOException("SHA256SUMS does not name " + archive));
		say("downloading " + base + archive);
		Path file = download(base + archive);
		String actual = sha256(file);
		if (!actual.equals(expected)) {
			throw new IOException("refused %s: its SHA-256 is %s, but SHA256SUMS says %s".formatted(archive, actual,
					expected));
		}
		return unzip(file);
	}

	private static String platform() throws IOException {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
		String arch = System.getProperty("os.arch");
		String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "darwin" : null;
		String processor = List.of("amd64", "x86_64").contains(arch) ? "amd64"
				: List.of("aarch64", "arm64").contains(arch) ? "arm64" : null;
		if (system == null || processor == null) {
			throw new IOException("no known release for " + os + " on " + arch);
		}
		return system + "-" + processor;
	}

	private Path download(String url) throws IOException {
		HttpClient client = HttpClient.newBuilder()
			.followRedirects(HttpClient.Redirect.NORMAL)
			.connectTimeout(Duration.ofSeconds(20))
			.build();
		HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(5)).build();
		Path file = Files.createTempFile(this.work, "download", "");
		try {
			int status = client.send(request, BodyHandlers.ofFile(file)).statusCode();
			if (status != 200) {
				throw new IOException(url + " answered with status " + status);
			}
			return file;
		}
		catch (IOException ex) {
			throw new IOException(ex.getMessage() != null && ex.getMessage().contains(url) ? ex.getMessage()
					: url + " cannot be read: " + ex, ex);
		}
		catch (InterruptedException ex) {
			throw new IOException("interrupted", ex);
		}
	}

	private static String sha256(Path file) throws IOException {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
				content.transferTo(OutputStream.nullOutputStream());
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (GeneralSecurityException ex) {
			throw new IOException(ex);
		}
	}

	private Path unzip(Path archive) throws IOException {
		try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				if (entry.getName().endsWith("/" + NAME)) {
					Path binary = this.work.resolve(NAME);
					Files.copy(zip, binary, StandardCopyOption.REPLACE_EXISTING);
					return binary;
				}
			}
		}
		throw new IOException("there is no " + NAME + " in the archive");
	}

	private static void require(String program) throws IOException {
		if (onPath(program).isEmpty()) {
			throw new IOException("there is no " + program + " on the PATH");
		}
	}

	private String run(Duration timeout, String... command) throws IOException {
		return run(this.work, timeout, List.of(command));
	}

	private String run(Path directory, Duration timeout, List<String> command) throws IOException {
		Path output = Files.createTempFile(this.work, "output", "");
		String name = Path.of(command.get(0)).getFileName() + " " + command.get(command.size() - 1);
		Process process = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.redirectInput(new File((File.separatorChar == '/') ? "/dev/null" : "NUL"))
			.start();
		try {
			if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
				throw new IOException("'" + name + "' did not end within " + timeout.toSeconds() + " s");
			}
		}
		catch (InterruptedException ex) {
			throw new IOException("interrupted", ex);
		}
		finally {
			process.destroyForcibly();
		}
		String text = new String(Files.readAllBytes(output), System.getProperty("native.encoding", "UTF-8"));
		if (process.exitValue() != 0) {
			throw new IOException("'%s' ended with %d: %s".formatted(name, process.exitValue(), text.strip()));
		}
		return text;
	}

	private boolean fail() {
		StringBuilder message = new StringBuilder("No usable nats-server (2.9 or newer) was found or fetched:\n");
		this.attempts.forEach((attempt) -> message.append("  - ").append(attempt.replace("\n", "\n    ")).append('\n'));
		message.append("""
				What to do, any one of:
				  - install nats-server, so that it is on the PATH
				  - put it at '%s'
				  - name it: NATS_SERVER_BINARY=/path/to/nats-server in the environment, or -Dnats-server.binary=...
				  - build without: -Dnats-server.skip (tests that need a server will then fail)
				""".formatted(cache()));
		if (File.separatorChar == '\\') {
			message.append("  - on Windows, build in WSL: the embedded server needs a POSIX shell\n");
		}
		System.err.print(message);
		return false;
	}

	private static void say(String text) {
		System.err.println("nats-server: " + text);
	}

	private static void delete(Path directory) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.deleteIfExists(file);
			}
		}
	}

	private interface Source {

		Path fetch() throws IOException;

	}

}
