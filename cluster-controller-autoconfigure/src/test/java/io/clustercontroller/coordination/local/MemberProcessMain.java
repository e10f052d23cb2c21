package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.ClusterView;
import io.clustercontroller.coordination.Confirmation;
import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.Session;
import io.clustercontroller.coordination.SessionListener;
import io.clustercontroller.coordination.TimeSource;

/**
 * What {@link MemberProcess} runs:
 * {@code member <directory> <environment> <service> <id>},
 * {@code race <directory> <arena> <prefix> <count>} or {@code lock <file>}.
 */
public final class MemberProcessMain {

	private MemberProcessMain() {
	}

	public static void main(String[] args) throws IOException {
		List<AutoCloseable> kept = new ArrayList<>();
		switch (args[0]) {
			case "member" -> kept.add(member(Path.of(args[1]), args[2], args[3], args[4]));
			case "race" -> {
				for (int index = 0; index < Integer.parseInt(args[4]); index++) {
					kept.add(new Contestant(Path.of(args[1]), Path.of(args[2]), args[3] + index));
				}
				say("ready");
			}
			case "lock" -> {
				LockFile lock = LockFile.tryAcquire(Path.of(args[1]));
				say((lock != null) ? "ready taken" : "ready refused");
				if (lock != null) {
					kept.add(lock);
				}
			}
			default -> throw new IllegalArgumentException(args[0]);
		}
		while (System.in.read() >= 0) {
			say("alive");
		}
		System.exit(kept.isEmpty() ? 1 : 0);
	}

	/** A member that accepts what is offered, and becomes master when nobody is. */
	private static LocalCoordinator member(Path directory, String environment, String service, String id) {
		LocalCoordinator coordinator = new LocalCoordinator(directory, TimeSource.SYSTEM);
		Member self = new Member(id, "host", environment, service, Role.SLAVE, MemberState.STARTED, List.of(), 100,
				Instant.now(), Map.of());
		CompletableFuture<Session> session = new CompletableFuture<>();
		SessionListener listener = new SessionListener() {

			@Override
			public void confirmed(Confirmation confirmation) {
				say("ready");
			}

			@Override
			public void viewed(ClusterView view) {
				if (view.offered()) {
					session.thenAccept(Session::accept);
				}
				if (view.mastership() == null) {
					session.thenAccept(Session::acquire);
				}
				else if (view.mastership().held()) {
					say("master " + view.mastership().token());
				}
			}

			@Override
			public void doubted(CoordinationException cause) {
			}

			@Override
			public void ended(CoordinationException cause) {
				say("ended " + cause);
			}

		};
		session.complete(coordinator.join(self, Duration.ofSeconds(10), listener));
		return coordinator;
	}

	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
