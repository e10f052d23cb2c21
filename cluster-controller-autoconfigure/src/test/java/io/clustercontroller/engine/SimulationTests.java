package io.clustercontroller.engine;

import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands of seeded runs. Replay one with {@code -Dsimulation.seed=N}; run more with
 * {@code -Dsimulation.runs=N}.
 */
class SimulationTests {

	private static final Logger logger = (Logger) LoggerFactory.getLogger("io.clustercontroller");

	private static Level level;

	@BeforeAll
	static void beQuiet() {
		level = logger.getLevel();
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void beAsBefore() {
		logger.setLevel(level);
	}

	@Test
	void neverTwoMastersAndOneAfterAllFaultsAreHealed() {
		long first = Long.getLong("simulation.seed", 1);
		long runs = Long.getLong("simulation.runs", (System.getProperty("simulation.seed") != null) ? 1 : 2000);
		long masterships = LongStream.range(first, first + runs).map((seed) -> new Simulation(seed).run()).sum();
		assertThat(masterships).isGreaterThanOrEqualTo(runs);
	}

	@Test
	void whoHasSteppedDownDoesNotWinWhenItsSuccessorDiesAtOnce() {
		for (long seed = 1; seed <= 100; seed++) {
			new SuccessorDeathSimulation(seed).run();
		}
	}

	@Test
	void etcdThatHasLostItsDataMakesNoSecondMaster() {
		for (long seed = 1; seed <= 100; seed++) {
			new DataLossSimulation(seed).run();
		}
	}

}
