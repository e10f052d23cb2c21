package io.clustercontroller.actuate;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium without a window, with one tab, steered through its DevTools protocol.
 */
final class Browser implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final JsonMapper mapper = new JsonMapper();

	private final Process process;

	private final WebSocket socket;

	private final AtomicInteger calls = new AtomicInteger();

	private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	private Browser(Process process, URI tab, HttpClient client) {
		this.process = process;
		this.socket = client.newWebSocketBuilder()
			.buildAsync(tab, new Messages())
			.orTimeout(60, TimeUnit.SECONDS)
			.join();
	}

	/**
	 * Start it with an empty profile.
	 * @param directory where the profile is made
	 * @throws IllegalStateException if there is none on this machine
	 */
	static Browser launch(Path directory) throws IOException {
		Path profile = Files.createTempDirectory(directory, "profile");
		Process process = new ProcessBuilder(binary(), "--headless=new", "--no-sandbox", "--disable-gpu",
				"--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0", "--user-data-dir=" + profile,
				"about:blank")
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("chromium.log").toFile())
			.start();
		Path port = profile.resolve("DevToolsActivePort");
		Awaitility.await("the port of the browser")
			.atMost(LIMIT)
			.until(() -> Files.exists(port) && Files.size(port) > 0);
		HttpClient client = HttpClient.newHttpClient();
		URI tabs = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
		URI tab = Awaitility.await("the tab of the browser")
			.atMost(LIMIT)
			.until(() -> tabs(client, tabs).findFirst(), (found) -> found.isPresent())
			.orElseThrow();
		Browser browser = new Browser(process, tab, client);
		for (String domain : List.of("Page", "Runtime", "Log")) {
			browser.call(domain + ".enable", Map.of());
		}
		return browser;
	}

	private static Stream<URI> tabs(HttpClient client, URI list) throws IOException, InterruptedException {
		String body = client.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString()).body();
		return mapper.readTree(body)
			.valueStream()
			.filter((target) -> target.path("type").asString().equals("page"))
			.map((target) -> URI.create(target.path("webSocketDebuggerUrl").asString()));
	}

	private static String binary() {
		String given = System.getenv("CHROMIUM_BINARY");
		if (given != null) {
			return given;
		}
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.flatMap((folder) -> Stream.of("chromium", "chromium-browser", "google-chrome")
				.map((name) -> Path.of(folder, name)))
			.filter(Files::isExecutable)
			.map(Path::toString)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("There is no Chromium on the PATH: install the package "
					+ "'chromium', or name the program in CHROMIUM_BINARY"));
	}

	/** Returns before the page is there. */
	void open(String address) {
		this.complaints.clear();
		call("Page.navigate", Map.of("url", address));
	}

	/**
	 * The value of a JavaScript expression, also of one that fails the policy of the
	 * page.
	 */
	JsonNode evaluate(String expression) {
		JsonNode answer = call("Runtime.evaluate",
				Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
		if (answer.has("exceptionDetails")) {
			throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
		}
		return answer.path("result").path("value");
	}

	/** All the text that is shown, as a reader sees it. */
	String text() {
		return evaluate("document.body?.innerText ?? ''").asString();
	}

	void resize(int width, int height) {
		call("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", width < 600));
	}

	void prefer(String colorScheme) {
		call("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
	}

	/** Of the whole page, however long it is. */
	void screenshot(Path file) {
		JsonNode answer = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
		try {
			Files.write(file, Base64.getDecoder().decode(answer.path("data").asString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What the browser has found wrong with the page since it was opened, violations of
	 * its policy above all; not that a server did not answer.
	 */
	List<String> complaints() {
		return List.copyOf(this.complaints);
	}

	private JsonNode call(String method, Map<String, ?> parameters) {
		int id = this.calls.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		String message = mapper.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
		this.socket.sendText(message, true).orTimeout(60, TimeUnit.SECONDS).join();
		return answer.orTimeout(60, TimeUnit.SECONDS).join();
	}

	private void received(JsonNode message) {
		if (message.has("id")) {
			CompletableFuture<JsonNode> answer = this.answers.remove(message.get("id").asInt());
			if (message.has("error")) {
				answer.completeExceptionally(new IllegalStateException(message.get("error").toString()));
			}
			else {
				answer.complete(message.get("result"));
			}
			return;
		}
		JsonNode parameters = message.path("params");
		switch (message.path("method").asString()) {
			case "Runtime.exceptionThrown", "Runtime.consoleAPICalled" -> this.complaints.add(parameters.toString());
			case "Log.entryAdded" -> {
				if (!parameters.path("entry").path("source").asString().equals("network")) {
					this.complaints.add(parameters.toString());
				}
			}
			default -> {
				// what else there is to tell
			}
		}
	}

	@Override
	public void close() {
		this.socket.abort();
		this.process.descendants().forEach(ProcessHandle::destroyForcibly);
		this.process.destroyForcibly();
		this.process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
	}

	/** Puts the parts of the messages together. */
	private final class Messages implements WebSocket.Listener {

		private final StringBuilder message = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
			this.message.append(part);
			if (last) {
				received(mapper.readTree(this.message.toString()));
				this.message.setLength(0);
			}
			socket.request(1);
			return null;
		}

	}

}
