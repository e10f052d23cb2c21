package io.clustercontroller.history;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import io.clustercontroller.coordination.Answer;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.event.BecameSlaveEvent;

/**
 * A mastership of this instance on its way into the history. Used by one thread, which
 * waits for the coordinator.
 */
final class OwnMastership {

	/** An answer takes milliseconds. */
	private static final Duration LIMIT = Duration.ofSeconds(2);

	private final Records records;

	private final TimeSource time;

	private MastershipRecord record;

	private long version = Records.ABSENT;

	OwnMastership(MastershipRecord record, Records records, TimeSource time) {
		this.record = record;
		this.records = records;
		this.time = time;
	}

	long token() {
		return this.record.token();
	}

	void precededBy(Duration vacancy) {
		this.record = this.record.withVacancy(vacancy);
	}

	void end(BecameSlaveEvent event) {
		this.record = this.record.ended(event.at(), event.cause());
	}

	/**
	 * Write what is known by now. The beginning is written while the mastership lasts
	 * only; of its end the old master may speak later, as nobody else can.
	 * @throws CoordinationException if it is not known whether it is written
	 */
	void write() {
		if (!tryWrite()) {
			// the answer to an earlier attempt may have been lost
			Optional<StoredRecord> own = Answer
				.await(() -> this.records.read(this.record.name()), deadline(), this.time)
				.filter(this::isOwn);
			if (own.isPresent()) {
				this.version = own.get().version();
				tryWrite();
			}
		}
	}

	private boolean tryWrite() {
		Long guard = (this.record.end() == null) ? this.record.token() : null;
		OptionalLong written = Answer.await(() -> this.records.write(this.record.name(),
				MastershipRecordJson.write(this.record), this.version, guard), deadline(), this.time);
		written.ifPresent((version) -> this.version = version);
		return written.isPresent();
	}

	private boolean isOwn(StoredRecord stored) {
		try {
			return MastershipRecordJson.read(stored).isSameAs(this.record);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private long deadline() {
		return this.time.nanoTime() + LIMIT.toNanos();
	}

}
