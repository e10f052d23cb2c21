package io.clustercontroller.benchmarks;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * The cheapest locks that ShedLock can have, one of which is always taken.
 */
final class JvmLockProvider implements LockProvider {

	static final String TAKEN = "taken";

	private final Set<String> held = ConcurrentHashMap.newKeySet();

	JvmLockProvider() {
		this.held.add(TAKEN);
	}

	@Override
	public Optional<SimpleLock> lock(LockConfiguration configuration) {
		String name = configuration.getName();
		return this.held.add(name) ? Optional.of(() -> this.held.remove(name)) : Optional.empty();
	}

}
