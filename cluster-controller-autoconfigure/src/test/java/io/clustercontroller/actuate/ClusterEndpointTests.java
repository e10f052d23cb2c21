package io.clustercontroller.actuate;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import com.jayway.jsonpath.DocumentContext;
import io.clustercontroller.ClusterOperations;
import io.clustercontroller.Member;
import io.clustercontroller.Role;
import io.clustercontroller.job.JobOperations;
import io.clustercontroller.job.JobStatus;
import io.clustercontroller.process.ServiceProcess;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The endpoint over HTTP and JMX, on two instances of one service: one that is open to
 * writes, and one that is as it comes.
 */
class ClusterEndpointTests {

	@TempDir
	static Path directory;

	private static EndpointInstance closed;

	private static EndpointInstance open;

	@BeforeAll
	static void start() throws IOException {
		Path volume = Files.createDirectory(directory.resolve("volume"));
		closed = start("closed", "--cluster-controller.filesystem-locks=" + volume);
		open = start("open", "--management.endpoint.cluster.access=unrestricted");
	}

	private static EndpointInstance start(String name, String arg) {
		return EndpointInstance.start(directory, arg, "--cluster-controller.container=" + name,
				"--cluster-controller.process.command=sleep 1000", "--cluster-controller.metadata.zone=a",
				"--cluster-controller.backup.jobs[0].name=data",
				"--cluster-controller.backup.jobs[0].cron=0 0 0 29 2 ?",
				"--cluster-controller.backup.jobs[0].command=sh -c 'echo data >{output}'", "--spring.jmx.enabled=true",
				"--management.endpoints.jmx.exposure.include=cluster", "--management.endpoints.jmx.domain=" + name);
	}

	@AfterAll
	static void stop() {
		open.close();
		closed.close();
	}

	@AfterEach
	void endWhatWasBegun() {
		open.bean(ClusterOperations.class).resume();
		open.bean(ClusterOperations.class).setEligible(true);
	}

	@Test
	void showsTheClusterAsTheMasterSeesIt() {
		closed.becomeMaster(open);
		Awaitility.await("what was read from the disk")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> closed.cluster().read("$.backups[0].readAt") != null);
		DocumentContext shown = closed.cluster();
		Map<String, Object> all = shown.json();
		assertThat(all).containsOnlyKeys("self", "master", "members", "timings", "jobs", "process", "backups",
				"filesystemLocks", "access");
		assertThat(shown.<String>read("$.access")).isEqualTo("READ_ONLY");
		assertThat(open.cluster().<String>read("$.access")).isEqualTo("UNRESTRICTED");
		Member self = closed.controller().self();
		assertThat(shown.<Map<String, Object>>read("$.self")).containsEntry("instanceId", closed.id())
			.containsEntry("container", "closed")
			.containsEntry("environment", "test")
			.containsEntry("service", "web")
			.containsEntry("role", "MASTER")
			.containsEntry("state", "ACTIVE")
			.containsEntry("fencingToken", closed.controller().fencingToken().orElseThrow())
			.containsEntry("roleSince", closed.controller().roleSince().toString())
			.containsEntry("lastContact", closed.controller().lastContact().orElseThrow().toString())
			.doesNotContainKey("sessionRemaining");
		assertThat(shown.<String>read("$.master.instanceId")).isEqualTo(closed.id());
		assertThat(shown.<Map<String, Object>>read("$.members[0]")).containsEntry("instanceId", closed.id())
			.containsEntry("container", "closed")
			.containsEntry("role", "MASTER")
			.containsEntry("state", "ACTIVE")
			.containsEntry("priority", 100)
			.containsEntry("eligible", true)
			.containsEntry("joinedAt", self.joinedAt().toString())
			.containsEntry("ports", List.of())
			.containsEntry("metadata", Map.of("zone", "a"));
		assertThat(shown.<String>read("$.members[1].role")).isEqualTo("SLAVE");
		assertThat(shown.<Map<String, Object>>read("$.timings")).containsEntry("ttl", "PT10S")
			.containsEntry("stepDownMargin", "PT3.333333333S")
			.containsEntry("stopTimeout", "PT9S")
			.containsEntry("crashFailoverLimit", "PT11.5S")
			.containsEntry("handOverLimit", "PT11S");
		assertThat(shown.<List<String>>read("$.jobs[*].name")).containsExactly("backup-data", "report");
		assertThat(shown.<Map<String, Object>>read("$.jobs[1]")).containsEntry("schedule", "0 0 0 29 2 ?")
			.containsEntry("zone", "UTC")
			.containsEntry("requested", false)
			.containsKey("nextRun");
		ServiceProcess service = closed.bean(ServiceProcess.class);
		assertThat(shown.<Number>read("$.process.pid").longValue()).isEqualTo(service.pid().orElseThrow());
		assertThat(Instant.parse(shown.read("$.process.startedAt"))).isEqualTo(service.startedAt().orElseThrow());
		assertThat(Duration.parse(shown.read("$.process.uptime"))).isPositive();
		assertThat(shown.<String>read("$.backups[0].name")).isEqualTo("data");
		assertThat(shown.<String>read("$.filesystemLocks[0].folder")).isEqualTo("" + directory.resolve("volume"));
		assertThat(shown.<Object>read("$.filesystemLocks[0].fencingToken")).isNotNull();
	}

	@Test
	void showsWhoWasMasterBefore() {
		closed.becomeMaster(open);
		open.becomeMaster(closed);
		Awaitility.await("the history as the slave knows it")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> EndpointInstance.json(closed.get("/history")).read("$.masterships[0].instanceId"),
					open.id()::equals);
		DocumentContext shown = EndpointInstance.json(closed.get("/history"));
		assertThat(shown.<Map<String, Object>>read("$.masterships[0]")).containsEntry("container", "open")
			.containsEntry("fencingToken", open.controller().fencingToken().orElseThrow())
			.containsEntry("cause", "HANDED_OVER")
			.containsKeys("since", "withoutMaster")
			.doesNotContainKeys("until", "endCause");
		assertThat(shown.<Map<String, Object>>read("$.masterships[1]")).containsEntry("instanceId", closed.id())
			.containsEntry("endCause", "HANDED_OVER")
			.containsKey("until");
		assertThat(closed.get("/future").statusCode()).isEqualTo(404);
	}

	@Test
	void slaveShowsNoTokenAndLearnsWhatTheMasterHasDone() {
		closed.becomeMaster(open);
		assertThat(open.cluster().<Map<String, Object>>read("$.self")).containsEntry("role", "SLAVE")
			.doesNotContainKey("fencingToken");
		Instant before = Instant.now();
		closed.bean(JobOperations.class).runNow("report");
		Awaitility.await("the run as the slave knows it").atMost(EndpointInstance.LIMIT).until(() -> {
			DocumentContext shown = open.cluster();
			String startedAt = shown.read("$.jobs[1].lastRun.startedAt");
			return startedAt != null && !Instant.parse(startedAt).isBefore(before.minusMillis(1))
					&& "SUCCEEDED".equals(shown.read("$.jobs[1].lastRun.outcome"));
		});
		assertThat(open.cluster().<String>read("$.jobs[1].lastRun.instanceId")).isEqualTo(closed.id());
	}

	static Stream<Method> operations() {
		return Stream.of(ClusterEndpointOperations.class.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(WriteOperation.class));
	}

	@ParameterizedTest
	@MethodSource("operations")
	void nothingCanBeChangedByWhoMayOnlyRead(Method operation) throws JMException {
		closed.becomeMaster(open);
		List<Object> before = facts(closed);
		String body = Stream.of(operation.getParameters())
			.map((parameter) -> "\"" + parameter.getName() + "\": \"" + value(operation, parameter) + "\"")
			.collect(Collectors.joining(", ", "{", "}"));
		HttpResponse<String> response = closed.post("/" + operation.getName(), body);
		assertThat(response.statusCode()).isIn(404, 405);
		assertThat(closed.post("", body).statusCode()).isIn(404, 405);
		assertThat(facts(closed)).isEqualTo(before);
		// it is not for want of the right path
		assertThat(open.post("/" + operation.getName(), "{\"eligible\": \"perhaps\"}").statusCode()).isEqualTo(400);
		assertThat(Stream.of(info("closed").getOperations()).map(MBeanOperationInfo::getName))
			.containsExactlyInAnyOrder("cluster", "history");
	}

	/** A value that would have an effect. */
	private static String value(Method operation, Parameter parameter) {
		return switch (parameter.getName()) {
			case "instanceId" -> open.id();
			case "name" -> operation.getName().equals("takeBackup") ? "data" : "report";
			case "reason" -> "maintenance";
			case "expiry" -> "1h";
			case "eligible" -> "false";
			default -> throw new AssertionError("no value for " + parameter);
		};
	}

	/** What the operations could change. */
	private static List<Object> facts(EndpointInstance instance) {
		List<JobStatus> jobs = instance.bean(JobOperations.class).jobs();
		return List.of(instance.controller().members(), instance.controller().pause(),
				instance.controller().fencingToken(), jobs, instance.bean(ServiceProcess.class).pid());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					stepDown       | {"instanceId": "x"}                   | 400 | 'stepDown' has no parameter 'instanceId'.
					handOver       | {}                                    | 400 | 'handOver' needs 'instanceId'
					handOver       | {"instanceId": " "}                   | 400 | 'handOver' needs 'instanceId'
					pause          | {"reason": "x"}                       | 400 | 'pause' needs 'expiry'
					pause          | {"reason": "x", "expiry": "soon"}     | 400 | 'soon' is not a time
					pause          | {"reason": "x", "expiry": "30"}       | 400 | '30' is not a time: it has to be such as '30m'
					pause          | {"reason": "x", "expiry": "-1s"}      | 400 | not after PT-1S
					setEligible    | {"eligible": "no"}                    | 400 | 'eligible' has to be true or false, and not 'no'.
					pauseJob       | {"name": "report"}                    | 400 | 'pauseJob' needs 'reason'
					pauseJob       | {"name": "none", "reason": "x"}       | 404 | There is no job 'none'. There are: [backup-data, report]
					resumeJob      | {"name": "report"}                    | 409 | Job 'report' is not paused.
					takeBackup     | {"name": "report"}                    | 404 | No backup 'report' is configured. There are: [data]
					explode        | {}                                    | 404 | There is no operation 'explode'.
					""")
	void whatCannotBeDoneIsRefusedWithAReason(String operation, String body, int status, String message) {
		closed.becomeMaster(open);
		List<Object> before = facts(open);
		HttpResponse<String> response = open.post("/" + operation, body);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(EndpointInstance.json(response).<String>read("$.message")).contains(message);
		assertThat(facts(open)).isEqualTo(before);
	}

	@Test
	void onlyTheMasterHandsOver() {
		closed.becomeMaster(open);
		List<Object> before = facts(open);
		for (HttpResponse<String> response : List.of(open.post("/stepDown", ""),
				open.post("/handOver", "{\"instanceId\": \"" + closed.id() + "\"}"))) {
			assertThat(response.statusCode()).isEqualTo(409);
			assertThat(EndpointInstance.json(response).<String>read("$.message"))
				.isEqualTo("This instance is not master of its service.");
		}
		assertThat(facts(open)).isEqualTo(before);
	}

	@Test
	void masterIsHandedOverToWhomItCanBe() {
		open.becomeMaster(closed);
		List<Object> before = facts(open);
		assertThat(refusal(open.post("/handOver", "{\"instanceId\": \"" + open.id() + "\"}")))
			.isEqualTo("This instance is master already.");
		assertThat(refusal(open.post("/handOver", "{\"instanceId\": \"nobody\"}")))
			.isEqualTo("Service 'web' has no member 'nobody'.");
		assertThat(facts(open)).isEqualTo(before);
		assertThat(open.post("/handOver", "{\"instanceId\": \"" + closed.id() + "\"}").statusCode()).isEqualTo(204);
		assertThat(open.controller().isMaster()).isFalse();
		Awaitility.await("the other master").atMost(EndpointInstance.LIMIT).until(closed.controller()::isMaster);
		open.becomeMaster(closed);
		assertThat(open.post("/stepDown", "").statusCode()).isEqualTo(204);
		Awaitility.await("the other master").atMost(EndpointInstance.LIMIT).until(closed.controller()::isMaster);
	}

	@Test
	void mastershipThatIsBeingHandedOverIsNotHandedOverAgain() {
		open.becomeMaster(closed);
		CountDownLatch end = open.bean(EndpointInstance.Work.class).hold();
		CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> open.post("/stepDown", ""));
		Awaitility.await("the first one").atMost(EndpointInstance.LIMIT).until(() -> !open.controller().isMaster());
		List<Object> before = facts(open);
		assertThat(refusal(open.post("/stepDown", ""))).isEqualTo("The mastership is being handed over already.");
		assertThat(refusal(open.post("/handOver", "{\"instanceId\": \"" + closed.id() + "\"}")))
			.isEqualTo("The mastership is being handed over already.");
		assertThat(facts(open)).isEqualTo(before);
		assertThat(first).isNotDone();
		end.countDown();
		assertThat(first).succeedsWithin(EndpointInstance.LIMIT).returns(204, HttpResponse::statusCode);
		Awaitility.await("the other master").atMost(EndpointInstance.LIMIT).until(closed.controller()::isMaster);
	}

	private static String refusal(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(409);
		return EndpointInstance.json(response).read("$.message");
	}

	@Test
	void serviceIsPausedAndResumed() {
		assertThat(open.post("/pause", "{\"reason\": \"new etcd\", \"expiry\": \"30m\"}").statusCode()).isEqualTo(204);
		Awaitility.await("the pause")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> closed.cluster().read("$.pause") != null);
		Map<String, String> pause = closed.cluster().read("$.pause");
		assertThat(pause).containsEntry("reason", "new etcd").containsEntry("by", "open");
		assertThat(Duration.between(Instant.parse(pause.get("since")), Instant.parse(pause.get("until"))))
			.isEqualTo(Duration.ofMinutes(30));
		assertThat(open.post("/resume", "").statusCode()).isEqualTo(204);
		Awaitility.await("the end of the pause")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> closed.cluster().read("$.pause") == null);
	}

	@Test
	void memberThatIsNotEligibleIsShownAsSuchAndNotHandedOverTo() {
		closed.becomeMaster(open);
		assertThat(open.post("/setEligible", "{\"eligible\": false}").statusCode()).isEqualTo(204);
		Awaitility.await("the member as the master sees it")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> closed.cluster().<List<Boolean>>read("$.members[?(@.container == 'open')].eligible"),
					List.of(false)::equals);
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> closed.bean(ClusterOperations.class).handOver(open.id()));
		assertThat(closed.controller().isMaster()).isTrue();
	}

	@Test
	void jobsAndBackupsAreSteeredFromAnyInstance() {
		closed.becomeMaster(open);
		assertThat(open.post("/pauseJob", "{\"name\": \"report\", \"reason\": \"wrong\"}").statusCode()).isEqualTo(204);
		assertThat(refusal(open.post("/runJob", "{\"name\": \"report\"}"))).contains("wrong");
		assertThat(open.cluster().<String>read("$.jobs[1].pause.reason")).isEqualTo("wrong");
		assertThat(open.post("/resumeJob", "{\"name\": \"report\"}").statusCode()).isEqualTo(204);
		assertThat(open.post("/takeBackup", "{\"name\": \"data\"}").statusCode()).isEqualTo(204);
		Awaitility.await("the backup as its master shows it")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> closed.cluster().read("$.backups[0].latest.id") != null);
		assertThat(closed.cluster().<Map<String, Integer>>read("$.backups[0].tiers")).containsOnlyKeys("HOURLY",
				"DAILY", "WEEKLY", "MONTHLY");
		assertThat(closed.cluster().<Integer>read("$.backups[0].latest.size")).isEqualTo(5);
		assertThat(closed.cluster().<String>read("$.jobs[0].lastRun.outcome")).isEqualTo("SUCCEEDED");
	}

	@Test
	void serviceIsRestarted() {
		ServiceProcess service = open.bean(ServiceProcess.class);
		long before = service.pid().orElseThrow();
		assertThat(open.post("/restartProcess", "").statusCode()).isEqualTo(204);
		Awaitility.await("another process")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> service.pid().orElse(before) != before);
		DocumentContext shown = open.cluster();
		assertThat(shown.<Map<String, Object>>read("$.process.lastExit")).containsEntry("pid", (int) before)
			.containsEntry("exitCode", 0)
			.containsEntry("stopped", true);
	}

	/** As a page of somebody else could make a browser of an operator do. */
	@Test
	void formIsNoWayToWrite() {
		open.becomeMaster(closed);
		assertThat(open.post("/stepDown", "application/x-www-form-urlencoded", "").statusCode()).isEqualTo(415);
		assertThat(open.post("/stepDown", "text/plain", "{}").statusCode()).isEqualTo(415);
		assertThat(open.post("/stepDown").statusCode()).isEqualTo(415);
		assertThat(open.post("/stepDown", "not JSON").statusCode()).isEqualTo(400);
		assertThat(open.controller().role()).isEqualTo(Role.MASTER);
	}

	@Test
	void sameOverJmx() throws JMException {
		closed.becomeMaster(open);
		Map<String, List<String>> signatures = Stream.of(info("open").getOperations())
			.collect(Collectors.toMap(MBeanOperationInfo::getName,
					(operation) -> Stream.of(operation.getSignature())
						.map((parameter) -> parameter.getType().replaceFirst(".*\\.", "") + " " + parameter.getName())
						.toList()));
		assertThat(signatures).containsEntry("stepDown", List.of())
			.containsEntry("handOver", List.of("String instanceId"))
			.containsEntry("pause", List.of("String reason", "String expiry"))
			.containsEntry("resume", List.of())
			.containsEntry("setEligible", List.of("Boolean eligible"))
			.containsEntry("pauseJob", List.of("String name", "String reason"))
			.containsEntry("resumeJob", List.of("String name"))
			.containsEntry("runJob", List.of("String name"))
			.containsEntry("takeBackup", List.of("String name"))
			.containsEntry("restartProcess", List.of())
			.containsEntry("cluster", List.of())
			.containsEntry("history", List.of());
		Object shown = invoke("open", "cluster");
		assertThat(shown).asInstanceOf(InstanceOfAssertFactories.MAP).containsKey("members");
		assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("open", "stepDown"))
			.withMessage("This instance is not master of its service.");
		invoke("open", "setEligible", false);
		Awaitility.await("another eligibility")
			.atMost(EndpointInstance.LIMIT)
			.until(() -> !open.controller().self().eligible());
	}

	private static Object invoke(String domain, String operation, Object... parameters) throws JMException {
		String[] signature = Stream.of(parameters).map((value) -> value.getClass().getName()).toArray(String[]::new);
		return server().invoke(name(domain), operation, parameters, signature);
	}

	private static MBeanInfo info(String domain) throws JMException {
		return server().getMBeanInfo(name(domain));
	}

	private static ObjectName name(String domain) throws JMException {
		Set<ObjectName> names = server().queryNames(new ObjectName(domain + ":type=Endpoint,name=Cluster,*"), null);
		assertThat(names).hasSize(1);
		return names.iterator().next();
	}

	private static MBeanServer server() {
		return ManagementFactory.getPlatformMBeanServer();
	}

}
