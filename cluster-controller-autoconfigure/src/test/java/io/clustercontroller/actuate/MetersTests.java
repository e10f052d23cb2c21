package io.clustercontroller.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clustercontroller.backup.BackupException;
import io.clustercontroller.backup.BackupRequest;
import io.clustercontroller.backup.BackupService;
import io.clustercontroller.event.ClusterEvents;
import io.clustercontroller.event.JobCompletedEvent;
import io.clustercontroller.event.JobOutcome;
import io.clustercontroller.event.JobSkippedEvent;
import io.clustercontroller.filelock.FilesystemLocks;
import io.clustercontroller.process.ServiceProcess;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.search.RequiredSearch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The meters of an instance in which everything has happened once, and what is written
 * about them.
 */
class MetersTests {

	private static final Path DOCS = Path.of("..", "docs");

	/** Meter, its name in Prometheus, its type, its tags. */
	private static final Pattern ROW = Pattern.compile(
			"^\\| `(cluster[a-z.]+)` \\| `([a-z_]+)` \\| (gauge|counter|timer) \\|([a-z`, ]*)\\| [^|]+ \\|$",
			Pattern.MULTILINE);

	/** Where it is no label and no part of another word. */
	private static final Pattern SERIES = Pattern.compile("(?<![a-z_-])cluster_[a-z_]+");

	private static ObservedInstance instance;

	private static List<MatchResult> rows;

	@BeforeAll
	static void letEverythingHappen(@TempDir Path directory) throws IOException {
		rows = ROW.matcher(Files.readString(DOCS.resolve("metrics.md"))).results().toList();
		instance = ObservedInstance.start(directory, "--cluster-controller.process.command=sleep 1000",
				"--cluster-controller.process.restart.policy=always",
				"--cluster-controller.process.restart.delay=10ms");
		killService();
		runJobs();
		takeBackups();
		assertThat(instance.bean(FilesystemLocks.class).tryAcquire(Files.createDirectory(directory.resolve("shared"))))
			.isTrue();
	}

	private static void killService() {
		ServiceProcess service = instance.bean(ServiceProcess.class);
		await("the service", () -> service.pid().isPresent());
		ProcessHandle.of(service.pid().orElseThrow()).orElseThrow().destroyForcibly();
		await("another one", () -> service.restarts() == 1);
	}

	private static void runJobs() {
		ClusterEvents events = instance.bean(ClusterEvents.class);
		events.publish(new JobCompletedEvent("report", Optional.empty(), JobOutcome.SUCCEEDED, Duration.ofSeconds(3),
				Optional.empty(), Instant.EPOCH));
		events.publish(new JobSkippedEvent("report", JobSkippedEvent.Reason.STILL_RUNNING, Instant.EPOCH));
	}

	private static void takeBackups() {
		BackupService backups = instance.bean(BackupService.class);
		backups.run(BackupRequest.path("db", (path) -> Files.writeString(path, "data")));
		assertThatExceptionOfType(BackupException.class)
			.isThrownBy(() -> backups.run(BackupRequest.path("db", (path) -> {
				throw new IOException("no data");
			})));
		await("the gauges of the backup", () -> has("cluster.backup.size") && has("cluster.backup.failures"));
	}

	private static boolean has(String meter) {
		return instance.meters().find(meter).meter() != null;
	}

	@AfterAll
	static void stop() {
		instance.close();
	}

	@Test
	void masterSaysSo() {
		assertThat(meter("cluster.role").gauge().value()).isOne();
		assertThat(meter("cluster.fencing.token").gauge().value())
			.isEqualTo(instance.controller().fencingToken().orElseThrow());
		assertThat(meter("cluster.members").tag("state", "active").gauge().value()).isOne();
		assertThat(meter("cluster.members").tag("state", "stopping").gauge().value()).isZero();
		assertThat(transitions("master", "started")).isOne();
		assertThat(transitions("slave", "session_lost")).isZero();
		assertThat(meter("cluster.without.master.current").timeGauge().value()).isZero();
		assertThat(meter("cluster.paused").gauge().value()).isZero();
	}

	@Test
	void localSessionHasNoLimitAndNoWatch() {
		assertThat(meter("cluster.session.remaining").timeGauge().value()).isInfinite();
		assertThat(meter("cluster.watch.age").timeGauge().value()).isNaN();
		assertThat(meter("cluster.watch.restarts").functionCounter().count()).isZero();
		assertThat(meter("cluster.renewals.failed").counter().count()).isZero();
	}

	@Test
	void deliveryOfEventsIsTimed() {
		assertThat(meter("cluster.event.delivery").timer().count()).isGreaterThan(3);
	}

	@Test
	void workIsCounted() {
		assertThat(meter("cluster.process.restarts").functionCounter().count()).isOne();
		assertThat(meter("cluster.process.exits").tag("code", "137").counter().count()).isOne();
		assertThat(
				meter("cluster.job.runs").tags("name", "report", "outcome", "succeeded").timer().max(TimeUnit.SECONDS))
			.isEqualTo(3);
		assertThat(meter("cluster.job.skips").tags("name", "report", "reason", "still_running").counter().count())
			.isOne();
		assertThat(meter("cluster.filesystem.locks.held").gauge().value()).isOne();
	}

	@Test
	void backupsAreMeasuredByName() {
		assertThat(meter("cluster.backup.runs").tag("name", "db").timer().count()).isOne();
		assertThat(meter("cluster.backup.failures").tag("name", "db").counter().count()).isOne();
		assertThat(meter("cluster.backup.size").tag("name", "db").gauge().value()).isEqualTo(4);
		assertThat(meter("cluster.backup.age").tag("name", "db").timeGauge().value()).isBetween(0.0, 60.0);
	}

	@Test
	void documentHasEveryMeterWithItsTags() {
		Map<String, Set<String>> told = rows.stream()
			.collect(Collectors.toMap((row) -> row.group(1), (row) -> tags(row)));
		Map<String, Set<String>> there = new TreeMap<>();
		ids().forEach((id) -> there.computeIfAbsent(id.getName(), (name) -> new TreeSet<>())
			.addAll(id.getTags().stream().map(Tag::getKey).toList()));
		assertThat(new TreeMap<>(told)).isEqualTo(there);
	}

	@Test
	void documentHasTheNamesAndTypesInPrometheus() {
		String scraped = instance.meters().scrape();
		Map<String, String> types = Map.of("gauge", "gauge", "counter", "counter", "timer", "summary");
		assertThat(rows).allSatisfy(
				(row) -> assertThat(scraped).contains("# TYPE " + row.group(2) + " " + types.get(row.group(3)) + "\n"));
	}

	@Test
	void everyMeterIsDescribed() {
		assertThat(ids()).allSatisfy((id) -> assertThat(id.getDescription()).isNotBlank());
	}

	@Test
	void dashboardAndAlertsKnowNoOtherMeters() throws IOException {
		Set<String> there = SERIES.matcher(instance.meters().scrape())
			.results()
			.map(MatchResult::group)
			.collect(Collectors.toCollection(TreeSet::new));
		for (String file : List.of("dashboard.json", "alerts.yaml", "alerts-test.yaml")) {
			String text = Files.readString(DOCS.resolve("monitoring").resolve(file));
			assertThat(SERIES.matcher(text).results().map(MatchResult::group)).as(file).isNotEmpty().isSubsetOf(there);
		}
	}

	@Test
	void dashboardShowsEveryMeter() throws IOException {
		String dashboard = Files.readString(DOCS.resolve("monitoring").resolve("dashboard.json"));
		assertThat(rows).allSatisfy((row) -> assertThat(dashboard).contains(row.group(2)));
	}

	private static Set<String> tags(MatchResult row) {
		return Stream.of(row.group(4).split("[`, ]+"))
			.filter((tag) -> !tag.isEmpty())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Stream<Meter.Id> ids() {
		return instance.meters()
			.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().startsWith("cluster."));
	}

	private static RequiredSearch meter(String name) {
		return instance.meters().get(name);
	}

	private static double transitions(String role, String cause) {
		return meter("cluster.transitions").tags("role", role, "cause", cause).counter().count();
	}

	private static void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).atMost(ObservedInstance.LIMIT).until(condition);
	}

}
