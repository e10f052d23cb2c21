package io.clustercontroller.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.Pause;
import io.clustercontroller.coordination.Answer;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.PauseJson;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.Records.StoredRecord;
import io.clustercontroller.coordination.TimeSource;

import org.springframework.util.StringUtils;

/**
 * Writes and deletes the record that pauses a service. Who comes last wins.
 */
final class ServicePause {

	static final int LONGEST_REASON = 200;

	/** Long enough for a weekend; who forgets a pause shall not find it next month. */
	static final Duration LONGEST = Duration.ofDays(7);

	private static final Duration LIMIT = Duration.ofSeconds(5);

	private static final int ATTEMPTS = 5;

	private final Records records;

	private final String container;

	private final TimeSource time;

	/**
	 * @param container who pauses
	 */
	ServicePause(Records records, String container, TimeSource time) {
		this.records = records;
		this.container = container;
		this.time = time;
	}

	void begin(String reason, Duration expiry) {
		if (!StringUtils.hasText(reason) || reason.length() > LONGEST_REASON) {
			throw new IllegalArgumentException(
					"A pause needs a reason of 1 to %d characters".formatted(LONGEST_REASON));
		}
		if (expiry.isNegative() || expiry.isZero() || expiry.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("A pause ends by itself, after %d days at the latest, not after %s"
				.formatted(LONGEST.toDays(), expiry));
		}
		Instant now = Instant.ofEpochMilli(this.time.wallMillis());
		String json = PauseJson.write(new Pause(reason, this.container, now, now.plus(expiry)));
		change((version) -> this.records.write(ClusterView.PAUSE, json, version, null)
			.thenApply((written) -> written.isPresent()));
	}

	void end() {
		change((version) -> (version != Records.ABSENT) ? this.records.delete(ClusterView.PAUSE, version)
				: CompletableFuture.completedStage(true));
	}

	private void change(Change change) {
		long deadline = this.time.nanoTime() + LIMIT.toNanos();
		try {
			for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
				Optional<StoredRecord> present = Answer.await(() -> this.records.read(ClusterView.PAUSE), deadline,
						this.time);
				long version = present.map(StoredRecord::version).orElse(Records.ABSENT);
				if (Answer.await(() -> change.apply(version), deadline, this.time)) {
					return;
				}
			}
		}
		catch (CoordinationException ex) {
			throw new IllegalStateException("The pause of the service may be changed or not: " + ex.getMessage(), ex);
		}
		throw new IllegalStateException("The pause of the service is not changed: others change it all the time");
	}

	/** One attempt to change the record that has the given version. */
	@FunctionalInterface
	private interface Change {

		CompletionStage<Boolean> apply(long version);

	}

}
