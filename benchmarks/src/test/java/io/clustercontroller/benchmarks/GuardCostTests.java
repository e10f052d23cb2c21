package io.clustercontroller.benchmarks;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@link GuardBenchmark} and checks what does not depend on the machine: what is
 * allocated.
 */
class GuardCostTests {

	/** What is allocated by others in the JVM, spread over all calls. */
	private static final double NOISE = 1;

	@Test
	void refusedCallAllocatesNothingBeyondSpringsProxy() throws RunnerException {
		Collection<RunResult> results = new Runner(new OptionsBuilder().include(GuardBenchmark.class.getName())
			.forks(Integer.getInteger("measure.forks", 2))
			.warmupIterations(10)
			.warmupTime(TimeValue.milliseconds(300))
			// short ones, of which some are left alone by whatever else the machine does
			.measurementIterations(50)
			.measurementTime(TimeValue.milliseconds(100))
			.addProfiler(GCProfiler.class)
			.build()).run();
		Map<String, Double> bytes = new TreeMap<>();
		Map<String, Double> least = new TreeMap<>();
		for (RunResult result : results) {
			String name = result.getPrimaryResult().getLabel();
			Statistics nanos = result.getPrimaryResult().getStatistics();
			bytes.put(name, result.getSecondaryResults().get("gc.alloc.rate.norm").getStatistics().getPercentile(50));
			least.put(name, nanos.getMin());
			System.out.printf(Locale.ROOT, "%-20s least %8.1f ns, median %8.1f ns, %6.1f B%n", name, nanos.getMin(),
					nanos.getPercentile(50), bytes.get(name));
		}
		System.out.printf(Locale.ROOT, "isMaster() beyond the clocks: %.1f ns%n",
				least.get("isMaster") - least.get("clocks"));
		assertThat(bytes.get("isMaster")).isLessThan(NOISE);
		assertThat(bytes.get("guardRefuses")).isLessThan(bytes.get("proxyThatRefuses") + NOISE);
	}

}
