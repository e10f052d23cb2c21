package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.RoleChangeCause;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application may rely on, whatever the coordinator.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class HistoryContractTests {

	private final List<HistoryInstance> instances = new ArrayList<>();

	/** The arguments that choose the coordinator and the environment. */
	protected abstract List<String> coordinator();

	protected final HistoryInstance start(String... args) {
		return start(coordinator(), args);
	}

	protected final HistoryInstance start(List<String> coordinator, String... args) {
		List<String> all = new ArrayList<>(coordinator);
		all.addAll(List.of(args));
		HistoryInstance instance = HistoryInstance.start(all);
		this.instances.add(instance);
		return instance;
	}

	@AfterEach
	void closeAll() {
		this.instances.forEach(HistoryInstance::close);
	}

	@Test
	void everyMemberKnowsEachMastershipAndHowItHasEnded(CapturedOutput output) {
		HistoryInstance one = start("--cluster-controller.container=box one");
		long first = one.token();
		HistoryInstance other = start();
		one.stepDown(2);
		long second = other.awaitToken();
		other.stepDown(2);
		long third = one.awaitToken();
		one.awaitHistory((entries) -> assertEnds(entries, third, second, first));
		other.awaitHistory((entries) -> assertThat(entries).isEqualTo(one.history()));
		one.close();
		long fourth = other.awaitToken();
		List<MastershipEntry> entries = other.awaitHistory((known) -> assertEnds(known, fourth, third, second, first));
		assertThat(entries).extracting(MastershipEntry::instanceId)
			.containsExactly(other.id(), entries.get(3).instanceId(), other.id(), entries.get(1).instanceId());
		assertThat(entries.get(3).container()).isEqualTo("box one");
		assertThat(entries).extracting(MastershipEntry::cause)
			.containsExactly(RoleChangeCause.HANDED_OVER, RoleChangeCause.HANDED_OVER, RoleChangeCause.HANDED_OVER,
					RoleChangeCause.STARTED);
		assertThat(entries.subList(1, 4)).extracting((entry) -> entry.endCause().orElseThrow())
			.containsExactly(RoleChangeCause.STOPPING, RoleChangeCause.STEPPED_DOWN, RoleChangeCause.STEPPED_DOWN);
		assertThat(entries.get(0).since()).isEqualTo(other.controller().roleSince());
		assertThat(entries.get(3).withoutMaster()).isEmpty();
		assertGapsFit(entries);
		// handed over, so there was always an owner
		assertThat(other.events(MasterChangedEvent.class)).hasSize(4)
			.allSatisfy((event) -> assertThat(event.withoutMaster()).isZero());
		assertThat(other.controller().lastContact())
			.hasValueSatisfying((at) -> assertThat(at).isBetween(entries.get(3).since(), Instant.now()));
		assertToldOf(output, first, 1);
		assertToldOf(output, second, 2);
		assertToldOf(output, third, 2);
		// the one that stops does not wait to see it
		assertToldOf(output, fourth, 1);
	}

	@Test
	void masterThatVanishesLeavesAnOpenEnd(CapturedOutput output) throws Exception {
		HistoryInstance observer = start("--cluster-controller.election.priority=0");
		SilentMaster silent = new SilentMaster(observer);
		HistoryInstance heir = start();
		MastershipRecord begun = new MastershipRecord(silent.token(), "silent", "box", RoleChangeCause.STARTED,
				Instant.ofEpochMilli(Instant.now().toEpochMilli()), null, null);
		assertThat(write(observer.records(), begun.name(), MastershipRecordJson.write(begun))).isPositive();
		silent.vanish();
		long token = heir.awaitToken();
		List<MastershipEntry> entries = observer
			.awaitHistory((known) -> assertThat(known).extracting(MastershipEntry::fencingToken)
				.containsExactly(token, silent.token()));
		assertThat(entries.get(1).until()).isEmpty();
		assertThat(entries.get(1).endCause()).isEmpty();
		assertThat(entries.get(0).cause()).isEqualTo(RoleChangeCause.PROMOTED);
		Duration seen = heir.awaitChange(token).withoutMaster();
		assertThat(seen).isPositive();
		assertThat(entries.get(0).withoutMaster()).contains(seen);
		// who does not look in between has missed nobody
		assertThat(observer.awaitChange(token).withoutMaster()).isGreaterThanOrEqualTo(Duration.ZERO);
		assertToldOf(output, token, 2);
	}

	@Test
	void newestHundredAreKeptAndWhatIsNoneIsLeftAlone(CapturedOutput output) {
		HistoryInstance observer = start("--cluster-controller.election.priority=0");
		for (int token = 1; token <= 105; token++) {
			MastershipRecord old = new MastershipRecord(token, "old", "box", RoleChangeCause.PROMOTED,
					Instant.EPOCH.plusSeconds(token), Duration.ZERO, null);
			write(observer.records(), old.name(), MastershipRecordJson.write(old));
		}
		write(observer.records(), "history/0000000000000000106", "nonsense");
		write(observer.records(), "history/notes", "mine");
		observer.awaitHistory((entries) -> {
			assertThat(entries).hasSize(ClusterHistory.LENGTH);
			assertThat(entries.get(0).fencingToken()).isEqualTo(105);
		});
		HistoryInstance master = start();
		Awaitility.await("no more than are kept")
			.atMost(HistoryInstance.LIMIT)
			.until(() -> names(master.records()).size() == ClusterHistory.LENGTH + 1);
		assertThat(names(master.records())).startsWith("history/0000000000000000008")
			.endsWith("history/notes")
			.contains("history/0000000000000000106");
		observer.awaitHistory((entries) -> assertThat(entries.get(0).fencingToken()).isEqualTo(master.token()));
		assertThat(output.toString().split("The history ignores the record 'history/notes'", -1)).hasSize(3);
	}

	private static void assertEnds(List<MastershipEntry> entries, long... tokens) {
		assertThat(entries.stream().mapToLong(MastershipEntry::fencingToken))
			.containsExactly(Arrays.stream(tokens).boxed().toArray(Long[]::new));
		assertThat(entries.subList(1, entries.size())).allMatch((entry) -> entry.until().isPresent());
	}

	/** On one machine with one clock. */
	private static void assertGapsFit(List<MastershipEntry> entries) {
		for (int i = 0; i + 1 < entries.size(); i++) {
			assertThat(entries.get(i).withoutMaster())
				.contains(Duration.between(entries.get(i + 1).until().orElseThrow(), entries.get(i).since()));
		}
	}

	/** One line on each member that was there. */
	protected static void assertToldOf(CapturedOutput output, long token, int members) {
		Awaitility.await("lines about " + token)
			.atMost(HistoryInstance.LIMIT)
			.untilAsserted(() -> assertThat(output.toString().lines())
				.filteredOn((line) -> line.matches(".* INFO .*'.+' became master of service 'web' with token " + token
						+ " \\([A-Z_]+\\); no master was seen for \\d+ ms"))
				.hasSize(members));
	}

	private static long write(Records records, String name, String value) {
		return get(records.write(name, value, Records.ABSENT, null).toCompletableFuture()).orElseThrow();
	}

	private static List<String> names(Records records) {
		return get(records.list(MastershipRecord.PREFIX).toCompletableFuture()).stream()
			.map(StoredRecord::name)
			.toList();
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(HistoryInstance.LIMIT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
