package io.clustercontroller.coordination;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

/**
 * Remembers what a session has said, in order. May be asked from any thread.
 */
public class RecordingListener implements SessionListener {

	/** Far more than it takes: only a failure lasts so long. */
	public static final Duration LIMIT = Duration.ofSeconds(20);

	private final List<Object> news = new CopyOnWriteArrayList<>();

	private final Map<String, Long> hints = new ConcurrentHashMap<>();

	@Override
	public void confirmed(Confirmation confirmation) {
		this.news.add(confirmation);
	}

	@Override
	public void viewed(ClusterView view) {
		this.news.add(view);
	}

	@Override
	public void doubted(CoordinationException cause) {
	}

	@Override
	public void ended(CoordinationException cause) {
		this.news.add(cause);
	}

	@Override
	public void recordWritten(String name, long version) {
		this.hints.put(name, version);
	}

	/** Wait until it was told that the record has this version, or a later one. */
	public void awaitHint(String name, long version) {
		Awaitility.await("a hint of " + name)
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.hints.getOrDefault(name, 0L) >= version);
	}

	/** The names of all records that it was told of. */
	public Set<String> hinted() {
		return Set.copyOf(this.hints.keySet());
	}

	/** Everything in the order in which it was told. */
	public List<Object> news() {
		return List.copyOf(this.news);
	}

	public List<ClusterView> views() {
		return only(ClusterView.class);
	}

	/** The last view. */
	public ClusterView view() {
		List<ClusterView> views = views();
		return views.get(views.size() - 1);
	}

	/** Wait until the last view is as wanted. */
	public ClusterView awaitView(Predicate<ClusterView> wanted) {
		return Awaitility.await()
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(5))
			.until(this::views, (views) -> !views.isEmpty() && wanted.test(views.get(views.size() - 1)))
			.stream()
			.reduce((former, latter) -> latter)
			.orElseThrow();
	}

	/** Wait until the session has ended. */
	public CoordinationException awaitEnd() {
		return Awaitility.await()
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> only(CoordinationException.class), (causes) -> !causes.isEmpty())
			.get(0);
	}

	private <T> List<T> only(Class<T> type) {
		return this.news.stream().filter(type::isInstance).map(type::cast).toList();
	}

}
