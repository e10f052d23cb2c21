package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Records;
import io.clustercontroller.coordination.etcd.EtcdGateway.Condition;
import io.clustercontroller.coordination.etcd.EtcdGateway.Entry;
import io.clustercontroller.coordination.etcd.EtcdGateway.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Records as keys without a lease beside those of the members; a record's version is its
 * modification revision.
 */
final class EtcdRecords implements Records {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*/?");

	/** What belongs to the sessions. */
	private static final Pattern RESERVED = Pattern.compile("(master|members|offers|locks)(/.*)?");

	/**
	 * After this a read is sent once more; it takes milliseconds where nothing is wrong.
	 */
	private static final Duration PATIENCE = Duration.ofMillis(300);

	/** For what the end of the loop has left without an answer; calls end before it. */
	private static final long OUTER_LIMIT_SECONDS = 20;

	private final EtcdGateway gateway;

	private final ServiceKeys keys;

	private final ScheduledExecutorService loop;

	EtcdRecords(EtcdGateway gateway, ServiceKeys keys, ScheduledExecutorService loop) {
		this.gateway = gateway;
		this.keys = keys;
		this.loop = loop;
	}

	@Override
	public CompletionStage<Optional<StoredRecord>> read(String name) {
		String key = key(name);
		return hedged(() -> this.gateway.get(key))
			.thenApplyAsync((read) -> Optional.ofNullable(read.entry()).map(this::record));
	}

	/**
	 * Writes are not: the second would find what the first has written, and say that it
	 * was refused. What follows a read does not follow it on the loop, where sessions are
	 * renewed.
	 */
	private <T> CompletableFuture<T> hedged(Supplier<CompletableFuture<T>> read) {
		try {
			return CompletableFuture.supplyAsync(() -> Hedged.send(read, PATIENCE, this.loop), this.loop)
				.thenCompose(Function.identity())
				.orTimeout(OUTER_LIMIT_SECONDS, TimeUnit.SECONDS);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(new CoordinationException("the connection to etcd was closed", ex));
		}
	}

	@Override
	public CompletionStage<List<StoredRecord>> list(String prefix) {
		String key = prefix.isEmpty() ? this.keys.prefix() : key(prefix);
		return hedged(() -> this.gateway.transact(List.of(), List.of(Operation.getPrefix(key)), List.of()))
			.thenApplyAsync((outcome) -> outcome.entries()
				.stream()
				.map(this::record)
				.filter((record) -> !RESERVED.matcher(record.name()).matches())
				.sorted(Comparator.comparing(StoredRecord::name))
				.toList());
	}

	@Override
	public CompletionStage<OptionalLong> write(String name, String value, long expectedVersion,
			@Nullable Long fencingToken) {
		List<Condition> conditions = new ArrayList<>();
		conditions.add(new Condition(key(name), expectedVersion));
		if (fencingToken != null) {
			conditions.add(new Condition(this.keys.master(), fencingToken));
		}
		return this.gateway.transact(conditions, List.of(Operation.putForever(key(name), value)), List.of())
			.thenApply((outcome) -> outcome.succeeded() ? OptionalLong.of(outcome.revision()) : OptionalLong.empty());
	}

	@Override
	public CompletionStage<Boolean> delete(String name, long expectedVersion) {
		return this.gateway
			.transact(List.of(new Condition(key(name), expectedVersion)), List.of(Operation.delete(key(name))),
					List.of())
			.thenApply((outcome) -> outcome.succeeded() && expectedVersion != ABSENT);
	}

	/** Whether a key below the service's prefix is that of a record. */
	static boolean isName(String name) {
		return NAME.matcher(name).matches() && !RESERVED.matcher(name).matches();
	}

	private String key(String name) {
		if (!isName(name)) {
			throw new IllegalArgumentException("Not the name of a record: '" + name + "'");
		}
		return this.keys.prefix() + name;
	}

	private StoredRecord record(Entry entry) {
		return new StoredRecord(entry.key().substring(this.keys.prefix().length()), entry.value(), entry.modRevision());
	}

}
