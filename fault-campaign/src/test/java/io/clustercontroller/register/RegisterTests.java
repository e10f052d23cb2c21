package io.clustercontroller.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.ClusterService;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Masters replace the value of two registers in a store outside: read it, then write
 * another one. That is right only as long as nobody else writes in between, for which
 * they rely on being the only master. In each round the master is frozen between the two,
 * which no lease can prevent, and thawed when another one has written. Long form:
 * {@code -Dmeasure.rounds=30}.
 */
@ExtendWith(EtcdExtension.class)
class RegisterTests {

	private static final Duration TTL = Duration.ofSeconds(2);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final int ROUNDS = Integer.getInteger("measure.rounds", 1);

	@TempDir
	Path folder;

	private final Map<String, ClusterProcess> instances = new HashMap<>();

	@Test
	void onlyTheRegisterThatChecksTheTokenIsRightWhateverHappensToTheMaster(EtcdProcess etcd) throws Exception {
		try (Store store = new Store(); ClusterService service = new ClusterService(List.of(etcd.endpoint()), TTL)) {
			for (int i = 0; i < 3; i++) {
				start(service, store);
			}
			for (int round = 0; round < ROUNDS; round++) {
				freezeInTheMiddle(service, store, Store.FENCED);
				freezeInTheMiddle(service, store, Store.PLAIN);
				service.awaitMaster(LIMIT).stepDown();
				Waits.letPass(Duration.ofMillis(500));
				service.awaitMaster(LIMIT).kill();
				start(service, store);
			}
			service.awaitMaster(LIMIT);
			service.processes().forEach(ClusterProcess::kill);
			List<Operation> fenced = history(Store.FENCED);
			List<Operation> plain = history(Store.PLAIN);
			System.out.printf(
					"register: %d rounds; checked by token: %d replacements, linearizable: %s; not checked: %d, %s, %d of them lost%n",
					ROUNDS, fenced.size(), Linearizability.holds(fenced, Store.INITIAL), plain.size(),
					Linearizability.holds(plain, Store.INITIAL), lost(plain));
			assertThat(fenced).hasSizeGreaterThan(100);
			assertThat(Linearizability.holds(fenced, Store.INITIAL)).isTrue();
			assertThat(lost(fenced)).isZero();
			assertThat(Linearizability.holds(plain, Store.INITIAL)).isFalse();
			assertThat(lost(plain)).isPositive();
			service.assertNeverTwoMasters();
		}
	}

	@Test
	void replacementWhoseOutcomeNobodyKnowsIsNotLostAndHidesNoneThatIs() {
		Operation first = new Operation("a", "0", "1", 1, 2);
		Operation unknown = new Operation("b", "1", "2", 3, Long.MAX_VALUE);
		Operation overwritten = new Operation("c", "1", "3", 3, 4);
		Operation last = new Operation("a", "2", "4", 5, 6);
		assertThat(lost(List.of(first, unknown, last))).isZero();
		assertThat(lost(List.of(first, unknown, overwritten, last))).isEqualTo(1);
	}

	private void start(ClusterService service, Store store) {
		Path file = this.folder.resolve("client-" + this.instances.size());
		ClusterProcess instance = service
			.start((settings) -> settings.property("spring.main.sources", RegisterWriter.class.getName())
				.property(RegisterWriter.PORT, String.valueOf(store.port()))
				.property(RegisterWriter.FILE, file.toString()));
		this.instances.put(instance.instanceId(), instance);
	}

	/**
	 * Freeze a master that has read a register and not written it, until another one has
	 * done both.
	 */
	private void freezeInTheMiddle(ClusterService service, Store store, String register) throws Exception {
		CompletableFuture<ClusterProcess> frozen = new CompletableFuture<>();
		store.ambush(register, (instanceId) -> {
			ClusterProcess instance = this.instances.get(instanceId);
			instance.freeze();
			frozen.complete(instance);
		});
		ClusterProcess victim = frozen.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		long since = System.nanoTime();
		await("work of another master").atMost(LIMIT)
			.until(() -> history(register).stream().filter((operation) -> operation.begin() - since > 0).count() > 20);
		victim.thaw();
		victim.awaitWoke(since, LIMIT);
		Waits.letPass(Duration.ofMillis(300));
	}

	/** What the clients have written down: what was refused is left out. */
	private List<Operation> history(String register) throws IOException {
		List<Operation> history = new ArrayList<>();
		for (int i = 0; i < this.instances.size(); i++) {
			Path file = this.folder.resolve("client-" + i);
			if (Files.exists(file)) {
				read(file, register, history);
			}
		}
		return history;
	}

	private static void read(Path file, String register, List<Operation> history) throws IOException {
		String client = file.getFileName().toString();
		String[] begun = null;
		for (String line : Files.readAllLines(file)) {
			String[] words = line.split(" ");
			if (!words[1].equals(register)) {
				continue;
			}
			if (words[0].equals("begin")) {
				begun = words;
			}
			else if (words[0].equals(Store.DONE) && begun != null) {
				history.add(operation(client, begun, Long.parseLong(words[2])));
				begun = null;
			}
			else {
				begun = null;
			}
		}
		if (begun != null) {
			history.add(operation(client, begun, Long.MAX_VALUE));
		}
	}

	private static Operation operation(String client, String[] begun, long end) {
		return new Operation(client, begun[3], begun[4], Long.parseLong(begun[2]), end);
	}

	/**
	 * How many of those that the store is known to have accepted are not behind its last
	 * value. One whose outcome is unknown may be behind it.
	 */
	private static long lost(List<Operation> history) {
		Map<String, Operation> before = new HashMap<>();
		history.forEach((operation) -> before.put(operation.to(), operation));
		Operation last = history.stream()
			.filter(Operation::isKnown)
			.max((one, other) -> Long.compare(one.end(), other.end()))
			.orElseThrow();
		int kept = 0;
		for (Operation operation = last; operation != null; operation = before.get(operation.from())) {
			if (operation.isKnown()) {
				kept++;
			}
		}
		return history.stream().filter(Operation::isKnown).count() - kept;
	}

}
