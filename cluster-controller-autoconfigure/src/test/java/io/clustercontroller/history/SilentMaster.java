package io.clustercontroller.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.Member;
import io.clustercontroller.MemberState;
import io.clustercontroller.Role;
import io.clustercontroller.coordination.Mastership;
import io.clustercontroller.coordination.RecordingListener;
import io.clustercontroller.coordination.Session;

/**
 * A master that is a session and nothing more: it writes no history, and goes without a
 * word.
 */
final class SilentMaster {

	private final Member member;

	private final Session session;

	private final Mastership mastership;

	/** Become master, through the coordinator of another instance. */
	SilentMaster(HistoryInstance observer) throws Exception {
		this.member = new Member("silent", "box", observer.controller().self().environment(), "web", Role.SLAVE,
				MemberState.ACTIVE, List.of(), 100, Instant.now(), Map.of());
		RecordingListener listener = new RecordingListener();
		this.session = observer.coordinator().join(this.member, Duration.ofSeconds(10), listener);
		listener.awaitView((view) -> view.member("silent").isPresent());
		this.session.acquire().toCompletableFuture().get(HistoryInstance.LIMIT.toSeconds(), TimeUnit.SECONDS);
		this.mastership = listener.awaitView((view) -> view.mastership() != null && view.mastership().held())
			.mastership();
	}

	Member member() {
		return this.member;
	}

	long token() {
		return this.mastership.token();
	}

	void vanish() throws Exception {
		this.session.leave().toCompletableFuture().get(HistoryInstance.LIMIT.toSeconds(), TimeUnit.SECONDS);
	}

}
