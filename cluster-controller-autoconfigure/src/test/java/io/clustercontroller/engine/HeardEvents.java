package io.clustercontroller.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * A listener that notes every event of the cluster, before any other listener hears of
 * it.
 */
final class HeardEvents {

	static final Duration LIMIT = Duration.ofSeconds(30);

	private final List<Object> events = new CopyOnWriteArrayList<>();

	@EventListener(condition = "#a0.class.packageName == 'io.clustercontroller.event'")
	@Order(Ordered.HIGHEST_PRECEDENCE)
	void note(Object event) {
		this.events.add(event);
	}

	/** What was heard so far, in order. */
	List<Object> all() {
		return List.copyOf(this.events);
	}

	/** The kinds of events heard so far, in order. */
	List<String> kinds() {
		return this.events.stream().map((event) -> event.getClass().getSimpleName()).toList();
	}

	<T> List<T> of(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	/** The first event of the type, which may have been there already. */
	<T> T await(Class<T> type) {
		return await(type, (event) -> true);
	}

	/** The first event of the type that matches; it may have been there already. */
	<T> T await(Class<T> type, Predicate<T> predicate) {
		Awaitility.await("a " + type.getSimpleName())
			.pollInterval(Duration.ofMillis(5))
			.atMost(LIMIT)
			.until(() -> of(type).stream().anyMatch(predicate));
		return of(type).stream().filter(predicate).findFirst().orElseThrow();
	}

}
