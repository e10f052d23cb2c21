package io.clustercontroller.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Records;
import org.jspecify.annotations.Nullable;

/**
 * Real records behind a bad connection.
 */
public final class UnreliableRecords implements Records {

	private final Records records;

	private final List<String> calls = new ArrayList<>();

	private Fault nextWrite = Fault.NONE;

	private @Nullable String refusal;

	private boolean deaf;

	public UnreliableRecords(Records records) {
		this.records = records;
	}

	/** What happens to the next write, and to that one only. */
	public void failNextWrite(Fault fault) {
		this.nextWrite = fault;
	}

	/** From now on each write is refused in these words. */
	public void refuseWrites(String words) {
		this.refusal = words;
	}

	/** From now on no read is answered. */
	public void failReads() {
		this.deaf = true;
	}

	/** The kinds of calls since the last look. */
	public List<String> calls() {
		List<String> calls = List.copyOf(this.calls);
		this.calls.clear();
		return calls;
	}

	@Override
	public CompletionStage<Optional<StoredRecord>> read(String name) {
		this.calls.add("read");
		return this.deaf ? lost() : this.records.read(name);
	}

	@Override
	public CompletionStage<List<StoredRecord>> list(String prefix) {
		this.calls.add("list");
		return this.deaf ? lost() : this.records.list(prefix);
	}

	@Override
	public CompletionStage<OptionalLong> write(String name, String value, long expectedVersion,
			@Nullable Long fencingToken) {
		this.calls.add("write");
		if (this.refusal != null) {
			return CompletableFuture.failedStage(new CoordinationException(this.refusal, null));
		}
		Fault fault = this.nextWrite;
		this.nextWrite = Fault.NONE;
		return switch (fault) {
			case NONE -> this.records.write(name, value, expectedVersion, fencingToken);
			case ANSWER_LOST ->
				this.records.write(name, value, expectedVersion, fencingToken).thenCompose((done) -> lost());
			case REQUEST_LOST -> lost();
		};
	}

	@Override
	public CompletionStage<Boolean> delete(String name, long expectedVersion) {
		return this.records.delete(name, expectedVersion);
	}

	private static <T> CompletionStage<T> lost() {
		return CompletableFuture.failedStage(new CoordinationException("the connection is bad", null));
	}

	/** What may happen to a write. */
	public enum Fault {

		NONE, ANSWER_LOST, REQUEST_LOST

	}

}
