package io.clustercontroller.benchmarks.failover;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A contestant in a process of its own, which prints when it is elected and when it
 * begins to give up, by {@link System#nanoTime()}, which is one clock for all of a
 * machine.
 */
public final class ContestantMain {

	static final String ELECTED = "elected ";

	static final String GIVES_UP = "gives up ";

	static final String OVER = "over ";

	static final String GIVE_UP = "give up";

	static final Map<String, BiFunction<String, Duration, Contestant>> WAYS = Map.of("floor", FloorContestant::new,
			"cluster-controller", StarterContestant::new, "jetcd election", JetcdContestant::new, "Curator LeaderLatch",
			LatchContestant::new, "Spring Integration", IntegrationContestant::new);

	private ContestantMain() {
	}

	/**
	 * @param args the way, where its server is, and the TTL in milliseconds
	 */
	public static void main(String[] args) throws Exception {
		Contestant contestant = WAYS.get(args[0]).apply(args[1], Duration.ofMillis(Long.parseLong(args[2])));
		Thread commands = new Thread(() -> obey(contestant), "commands");
		contestant.stand(() -> System.out.println(ELECTED + System.nanoTime()));
		commands.start();
	}

	private static void obey(Contestant contestant) {
		try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = input.readLine(); line != null; line = input.readLine()) {
				System.out.println(GIVES_UP + System.nanoTime());
				contestant.giveUp(() -> System.out.println(OVER + System.nanoTime()));
			}
		}
		catch (IOException ex) {
			// the test has ended
		}
		catch (Exception ex) {
			ex.printStackTrace();
		}
		Runtime.getRuntime().halt(0);
	}

}
