package io.clustercontroller.history;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;
import io.clustercontroller.event.MasterChangedEvent;
import io.clustercontroller.event.RoleChangeCause;
import io.clustercontroller.testing.UnreliableRecords;
import io.clustercontroller.testing.UnreliableRecords.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A mastership gets into the history although the connection is bad, by its own instance
 * only, and without keeping anybody waiting.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RecordedHistoryTests {

	private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

	private static final Duration GAP = Duration.ofMillis(53);

	private HistoryInstance instance;

	private SilentMaster master;

	private UnreliableRecords records;

	private RecordedHistory history;

	@BeforeAll
	void start(@TempDir Path directory) {
		this.instance = HistoryInstance.start(
				List.of("--cluster-controller.coordinator=local", "--cluster-controller.local.directory=" + directory,
						"--cluster-controller.environment=test", "--cluster-controller.election.priority=0"));
	}

	@AfterAll
	void stop() {
		this.instance.close();
	}

	@BeforeEach
	void becomeMaster() throws Exception {
		this.master = new SilentMaster(this.instance);
		this.records = new UnreliableRecords(this.instance.records());
		this.history = new RecordedHistory(this.records, this.instance.controller(), TimeSource.SYSTEM);
	}

	@AfterEach
	void vanish() throws Exception {
		this.history.close();
		this.master.vanish();
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void mastershipIsWrittenOnceWhateverTheConnectionDoes(Fault fault) {
		this.records.failNextWrite(fault);
		begin(this.master.token());
		awaitStored(this.master.token(), (mastership) -> mastership.end() == null);
		this.records.failNextWrite(fault);
		end(this.master.token());
		MastershipRecord written = awaitStored(this.master.token(), (mastership) -> mastership.end() != null);
		assertThat(written.since()).isEqualTo(BEGIN);
		assertThat(written.vacancy()).isEqualTo(GAP);
		assertThat(written.cause()).isEqualTo(RoleChangeCause.PROMOTED);
		assertThat(written.end()).isEqualTo(new MastershipRecord.End(BEGIN.plusSeconds(60), RoleChangeCause.STOPPING));
		assertThat(written.instanceId()).isEqualTo(this.instance.id());
		Awaitility.await()
			.atMost(HistoryInstance.LIMIT)
			.until(() -> this.history.masterships()
				.stream()
				.anyMatch((entry) -> entry.fencingToken() == this.master.token() && entry.until().isPresent()));
	}

	@Test
	void mastershipThatIsOverIsWrittenAtItsEndOnly() {
		long former = this.master.token() - 1;
		begin(former);
		end(former);
		assertThat(awaitStored(former, (mastership) -> true).end()).isNotNull();
	}

	@Test
	void endThatWasHeardIsWrittenBeforeTheApplicationEnds() {
		begin(this.master.token());
		end(this.master.token());
		this.history.close();
		assertThat(stored(this.master.token()))
			.hasValueSatisfying((mastership) -> assertThat(mastership.end()).isNotNull());
	}

	private void begin(long token) {
		this.history.heard(new BecameMasterEvent(token, RoleChangeCause.PROMOTED, BEGIN));
		this.history.heard(new MasterChangedEvent(Optional.of(this.instance.controller().self()), token, GAP));
	}

	private void end(long token) {
		this.history.heard(new BecameSlaveEvent(token, RoleChangeCause.STOPPING, BEGIN.plusSeconds(60)));
	}

	private MastershipRecord awaitStored(long token, Predicate<MastershipRecord> wanted) {
		return Awaitility.await("the record")
			.atMost(HistoryInstance.LIMIT)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> stored(token), (found) -> found.filter(wanted).isPresent())
			.orElseThrow();
	}

	private Optional<MastershipRecord> stored(long token) {
		try {
			List<StoredRecord> all = this.instance.records()
				.list(MastershipRecord.PREFIX)
				.toCompletableFuture()
				.get(HistoryInstance.LIMIT.toSeconds(), TimeUnit.SECONDS);
			return all.stream()
				.map(MastershipRecordJson::read)
				.filter((mastership) -> mastership.token() == token)
				.findFirst();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
