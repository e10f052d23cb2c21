package io.clustercontroller.coordination.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of this process, so that they can tell each other at once of what they
 * change. Other processes see it at their next turn; nothing depends on being told.
 */
final class Neighbours {

	private static final Map<Path, Set<LocalSession>> SESSIONS = new ConcurrentHashMap<>();

	private Neighbours() {
	}

	static void add(ServiceFolder folder, LocalSession session) {
		SESSIONS.compute(folder.path(), (path, present) -> {
			Set<LocalSession> sessions = (present != null) ? present : ConcurrentHashMap.newKeySet();
			sessions.add(session);
			return sessions;
		});
	}

	static void remove(ServiceFolder folder, LocalSession session) {
		SESSIONS.computeIfPresent(folder.path(), (path, sessions) -> {
			sessions.remove(session);
			return sessions.isEmpty() ? null : sessions;
		});
	}

	/** Let the other sessions in the folder look. */
	static void wake(ServiceFolder folder, LocalSession except) {
		for (LocalSession session : SESSIONS.getOrDefault(folder.path(), Set.of())) {
			if (session != except) {
				session.wake();
			}
		}
	}

}
