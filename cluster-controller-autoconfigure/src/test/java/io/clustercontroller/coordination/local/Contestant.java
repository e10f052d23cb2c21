package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;

/**
 * A member that becomes master whenever it can, does something that must not be done
 * twice at a time, writes its token into a log, and gives the mastership up or away.
 */
final class Contestant implements SessionListener, AutoCloseable {

	private final Path arena;

	private final LocalCoordinator coordinator;

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	private final CompletableFuture<Session> session = new CompletableFuture<>();

	private long lastToken;

	Contestant(Path directory, Path arena, String instanceId) {
		this.arena = arena;
		this.coordinator = new LocalCoordinator(directory, TimeSource.SYSTEM);
		Member self = new Member(instanceId, "host", "test", "race", Role.SLAVE, MemberState.STARTED, List.of(), 100,
				Instant.now(), Map.of());
		this.session.complete(this.coordinator.join(self, Duration.ofSeconds(10), this));
	}

	@Override
	public void confirmed(Confirmation confirmation) {
	}

	@Override
	public void viewed(ClusterView view) {
		try {
			this.thread.execute(() -> decide(view));
		}
		catch (RejectedExecutionException ex) {
			// closed
		}
	}

	private void decide(ClusterView view) {
		Session session = this.session.join();
		Mastership mastership = view.mastership();
		if (mastership == null) {
			session.acquire();
		}
		else if (mastership.held() && mastership.token() > this.lastToken) {
			this.lastToken = mastership.token();
			beMaster(mastership.token());
			List<Member> members = view.members();
			Member successor = members.get(ThreadLocalRandom.current().nextInt(members.size()));
			session.handOver(mastership.token(), successor.instanceId()).thenAccept((done) -> {
				if (!done) {
					session.release(mastership.token());
				}
			});
		}
	}

	private void beMaster(long token) {
		try {
			Path marker = Files.createFile(this.arena.resolve("marker"));
			log(token + "\n");
			Files.delete(marker);
		}
		catch (FileAlreadyExistsException ex) {
			log("two masters, one of them with " + token + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void log(String line) {
		try {
			Files.writeString(this.arena.resolve("log"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void doubted(CoordinationException cause) {
	}

	@Override
	public void ended(CoordinationException cause) {
	}

	@Override
	public void close() {
		this.thread.shutdown();
		this.coordinator.close();
	}

}
