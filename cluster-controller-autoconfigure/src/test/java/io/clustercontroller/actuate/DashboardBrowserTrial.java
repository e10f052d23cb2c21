package io.clustercontroller.actuate;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.clustercontroller.ClusterOperations;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a real browser, on two instances with a real etcd. Needs Chromium, so it is
 * no part of the default build: its name is none that Surefire looks for.
 * <p>
 * With {@code -Dmeasure.screenshots=} and a folder it leaves pictures there.
 */
class DashboardBrowserTrial {

	private static final String PICTURES = "measure.screenshots";

	private static final String OPEN = "--management.endpoint.cluster.access=unrestricted";

	private static final String HOSTILE = "<img src=x onerror=window.hit=1>\"'&lt;</script><script>window.hit=1</script>";

	@TempDir
	static Path directory;

	private static EtcdProcess etcd;

	private static Browser browser;

	private final Deque<EndpointInstance> instances = new ArrayDeque<>();

	private String environment;

	@BeforeAll
	static void launch() throws IOException {
		etcd = EtcdProcess.launch();
		browser = Browser.launch(directory);
	}

	@AfterAll
	static void end() {
		browser.close();
		etcd.close();
	}

	@BeforeEach
	void beginAnew() {
		this.environment = etcd.newEnvironment();
		browser.resize(1280, 900);
		browser.prefer("light");
	}

	@AfterEach
	void stop() {
		browser.open("about:blank");
		this.instances.forEach(EndpointInstance::close);
	}

	private EndpointInstance start(String container, String... args) {
		Map<String, Object> cluster = new HashMap<>();
		cluster.put("cluster-controller.coordinator", "etcd");
		cluster.put("cluster-controller.etcd.hosts", etcd.endpoint());
		cluster.put("cluster-controller.environment", this.environment);
		EndpointInstance instance = EndpointInstance.start(cluster, directory.resolve(container.replaceAll("\\W", "_")),
				Stream
					.concat(Stream.of("--cluster-controller.container=" + container,
							"--management.endpoints.web.exposure.include=cluster,clusterdashboard"), Stream.of(args))
					.toArray(String[]::new));
		this.instances.push(instance);
		return instance;
	}

	private static void show(EndpointInstance instance) {
		browser.open(instance.address("/actuator/clusterdashboard"));
		seen("Members (");
	}

	private static void seen(String text) {
		Awaitility.await("'" + text + "' on the page")
			.atMost(EndpointInstance.LIMIT)
			.pollInterval(Duration.ofMillis(50))
			.untilAsserted(() -> assertThat(browser.text()).contains(text));
	}

	/** What is drawn comes from the history, which is a moment behind. */
	private static void drawn(String kind) {
		Awaitility.await("'" + kind + "' in the timeline")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> browser.evaluate("document.querySelector('.lane .%s') !== null".formatted(kind)).asBoolean());
	}

	private static void click(String label) {
		String find = "[...document.querySelectorAll('button')].find((one) => [one.textContent, one.ariaLabel].includes('%s'))"
			.formatted(label);
		Awaitility.await("a button '" + label + "'")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> browser.evaluate("!!" + find).asBoolean());
		browser.evaluate(find + ".click()");
	}

	private static int operations() {
		return browser.evaluate("document.querySelectorAll('[data-operation]').length").asInt();
	}

	@Test
	void orderlyChangeIsSeenWithoutAReload() {
		EndpointInstance first = start("web-1");
		EndpointInstance second = start("web-2");
		show(second);
		seen("web-1 is master");
		browser.evaluate("window.sameDocument = true");
		this.instances.remove(first);
		first.close();
		seen("web-2 is master");
		seen("Members (1)");
		seen("took over");
		seen("stopped");
		drawn("past");
		assertThat(browser.evaluate("window.sameDocument").asBoolean()).isTrue();
		assertThat(browser.evaluate("document.title").asString()).isEqualTo("web: web-2 is master");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void crashOfTheMasterIsSeenWithoutAReload() {
		try (ClusterProcess first = ClusterProcess.builder()
			.environment(this.environment)
			.service("web")
			.etcd(etcd.endpoint())
			.ttl(Duration.ofSeconds(3))
			.property("cluster-controller.container", "web-1")
			.start()) {
			first.awaitMaster(0, EndpointInstance.LIMIT);
			show(start("web-2", "--cluster-controller.session.ttl=3s"));
			seen("web-1 is master");
			browser.evaluate("window.sameDocument = true");
			first.kill();
			seen("web-2 is master");
			seen("died or was cut off");
			seen("won the election");
			seen("or more without a master");
			drawn("gap");
			assertThat(browser.evaluate("window.sameDocument").asBoolean()).isTrue();
			assertThat(browser.complaints()).isEmpty();
			picture("crash", 1280);
		}
	}

	@Test
	void saysThatNoMasterIsKnownWhileEtcdIsAway() {
		EndpointInstance instance = start("web-1", "--cluster-controller.session.ttl=2s");
		show(instance);
		seen("web-1 is master");
		etcd.freeze();
		try {
			seen("No master is known");
			seen("lost");
			picture("cut-off", 1280);
		}
		finally {
			etcd.thaw();
		}
		seen("web-1 is master");
		drawn("gap");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void saysSinceWhenTheApplicationDoesNotAnswer() {
		EndpointInstance instance = start("web-1");
		show(instance);
		this.instances.remove(instance);
		instance.close();
		seen("No answer since");
		assertThat(browser.text()).contains("it cannot be reached", "what the application said last", "Members (1)");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void asksNothingWhileNobodyLooks() {
		show(start("web-1"));
		String asked = "performance.getEntriesByType('resource').length";
		browser.evaluate(
				"Object.defineProperty(document, 'hidden', { get: () => window.nobodyLooks, configurable: true })");
		browser.evaluate("window.nobodyLooks = true");
		Waits.letPass(Duration.ofSeconds(3));
		int before = browser.evaluate(asked).asInt();
		Waits.letPass(Duration.ofSeconds(5));
		assertThat(browser.evaluate(asked).asInt()).isEqualTo(before);
		browser.evaluate("window.nobodyLooks = false; document.dispatchEvent(new Event('visibilitychange'))");
		Awaitility.await("further questions")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> browser.evaluate(asked).asInt() > before + 2);
	}

	@Test
	void textFromOutsideStaysText() {
		EndpointInstance instance = start(HOSTILE, "--cluster-controller.metadata.hint=" + HOSTILE, OPEN);
		instance.bean(ClusterOperations.class).pause(HOSTILE, Duration.ofHours(1));
		instance.bean(JobOperations.class).pause("report", HOSTILE);
		show(instance);
		seen(HOSTILE + " is master");
		seen("hint: " + HOSTILE);
		seen("Reason: " + HOSTILE);
		seen("paused by " + HOSTILE + ": " + HOSTILE);
		assertThat(browser.evaluate("document.querySelectorAll('img').length").asInt()).isZero();
		assertThat(browser.evaluate("window.hit === undefined").asBoolean()).isTrue();
		assertThat(browser.complaints()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 320, 390, 768 })
	void nothingIsWiderThanThePhone(int width) {
		EndpointInstance instance = start(
				"a-container-with-a-name-that-is-longer-than-names-of-containers-use-to-be-" + "x".repeat(80),
				"--cluster-controller.metadata.digest=" + "0123456789abcdef".repeat(12),
				"--cluster-controller.process.command=sleep 1000", OPEN);
		instance.bean(ClusterOperations.class).pause("y".repeat(200), Duration.ofHours(1));
		browser.resize(width, 800);
		show(instance);
		seen("Elections are paused");
		assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
		assertThat(browser.evaluate(
				"""
						[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.lanes, thead')
								&& one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML).join()""")
			.asString()).isEmpty();
	}

	@Test
	void whoMayOnlyReadSeesNoButtons() {
		show(start("web-1", "--cluster-controller.process.command=sleep 1000"));
		seen("Read-only");
		assertThat(operations()).isZero();
		show(start("web-2", "--cluster-controller.process.command=sleep 1000", OPEN));
		seen("Restart");
		assertThat(operations()).isPositive();
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void handsOverAfterAQuestion() {
		EndpointInstance first = start("web-1", OPEN);
		EndpointInstance second = start("web-2");
		show(first);
		click("Hand over to web-2");
		seen("Hand over to web-2?");
		assertThat(browser.text()).contains("web-1 stops its work as master, and web-2 becomes master.");
		assertThat(first.controller().isMaster()).isTrue();
		click("Cancel");
		assertThat(first.controller().isMaster()).isTrue();
		click("Hand over to web-2");
		click("Hand over");
		seen("web-2 is master");
		seen("Done: hand over.");
		assertThat(second.controller().isMaster()).isTrue();
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void refusalIsShownInItsOwnWords() {
		EndpointInstance first = start("web-1", OPEN);
		EndpointInstance second = start("web-2");
		show(first);
		click("Hand over to web-2");
		seen("Hand over to web-2?");
		String id = second.id();
		this.instances.remove(second);
		second.close();
		click("Hand over");
		seen("has no member '" + id + "'");
		assertThat(first.controller().isMaster()).isTrue();
		click("Cancel");
		assertThat(browser.evaluate("document.getElementById('question').open").asBoolean()).isFalse();
	}

	@Test
	void pausesWithAReasonAndEndsThePause() {
		EndpointInstance instance = start("web-1", OPEN);
		show(instance);
		click("Pause elections…");
		seen("Pause elections?");
		click("Pause");
		assertThat(browser.evaluate("document.querySelector('dialog :invalid') !== null").asBoolean()).isTrue();
		browser.evaluate("document.querySelector('input[name=reason]').value = 'new etcd'");
		click("Pause");
		seen("Elections are paused");
		seen("Reason: new etcd");
		assertThat(instance.controller().pause().orElseThrow().reason()).isEqualTo("new etcd");
		browser.evaluate(
				"[...document.querySelectorAll('button')].find((one) => one.dataset.operation === 'resume').click()");
		seen("End the pause?");
		browser.evaluate("document.querySelector('dialog button.main').click()");
		Awaitility.await("the end").atMost(EndpointInstance.LIMIT).until(() -> instance.controller().pause().isEmpty());
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void browserKeepsThePolicy() {
		show(start("web-1"));
		browser.evaluate("""
				(() => {
					const script = document.createElement('script');
					script.append('window.hit = 1');
					document.body.append(script);
				})()""");
		assertThat(browser.evaluate("window.hit === undefined").asBoolean()).isTrue();
		Awaitility.await("what the browser says")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> !browser.complaints().isEmpty());
		assertThat(browser
			.evaluate("(() => { try { document.body.innerHTML = 'x'; return 'let through'; } "
					+ "catch (problem) { return problem.name; } })()")
			.asString()).isEqualTo("TypeError");
	}

	@Test
	void frameShowsNothing() {
		EndpointInstance instance = start("web-1", OPEN);
		browser.open(instance.address("/actuator/cluster"));
		browser.evaluate(
				"document.body.append(Object.assign(document.createElement('iframe'), { src: 'clusterdashboard' }))");
		String inside = "document.querySelector('iframe').contentDocument?.body?.innerText ?? ''";
		Awaitility.await("the frame")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> browser.evaluate(inside).asString().contains("does not work in a frame"));
		assertThat(browser.evaluate(inside).asString()).doesNotContain("web-1");
	}

	@Test
	@EnabledIfSystemProperty(named = PICTURES, matches = ".+")
	void picturesForReaders() {
		List<String> work = List.of("--cluster-controller.process.command=sleep 1000", OPEN,
				"--cluster-controller.backup.jobs[0].name=data", "--cluster-controller.backup.jobs[0].cron=0 0 * * * ?",
				"--cluster-controller.backup.jobs[0].command=sh -c 'echo data >{output}'",
				"--cluster-controller.metadata.zone=eu-west-1a");
		EndpointInstance first = start("web-1", work.toArray(String[]::new));
		EndpointInstance second = start("web-2", work.toArray(String[]::new));
		EndpointInstance third = start("web-3", "--cluster-controller.election.priority=0");
		first.post("/takeBackup", "{\"name\": \"data\"}");
		first.post("/runJob", "{\"name\": \"report\"}");
		Awaitility.await("a backup")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> first.cluster().read("$.backups[0].latest") != null);
		second.becomeMaster(first);
		first.becomeMaster(second);
		this.instances.remove(third);
		third.close();
		start("web-3", "--cluster-controller.election.priority=0");
		show(first);
		seen("Members (3)");
		picture("light", 1280);
		browser.prefer("dark");
		picture("dark", 1280);
		browser.prefer("light");
		picture("phone", 390);
		browser.resize(1280, 900);
		click("Hand over to web-2");
		seen("Hand over to web-2?");
		picture("question", 1280);
		click("Cancel");
		first.bean(ClusterOperations.class).pause("Moving etcd to other machines", Duration.ofMinutes(45));
		seen("Elections are paused");
		this.instances.remove(first);
		this.instances.remove(second);
		second.close();
		show(first);
		seen("Elections are paused");
		first.close();
		seen("No answer since");
		picture("alarm", 1280);
		browser.prefer("dark");
		picture("alarm-phone", 390);
	}

	private static void picture(String name, int width) {
		String folder = System.getProperty(PICTURES);
		if (folder == null) {
			return;
		}
		browser.resize(width, 900);
		int height = browser.evaluate("document.documentElement.scrollHeight").asInt();
		browser.resize(width, height);
		browser.evaluate("new Promise((done) => setTimeout(done, 600))");
		browser.screenshot(Path.of(folder, "page-" + name + ".png"));
	}

}
