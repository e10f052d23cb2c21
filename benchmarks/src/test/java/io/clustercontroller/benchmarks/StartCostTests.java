package io.clustercontroller.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the starter costs the start of an application, beside the same application without
 * it, each in a JVM of its own, in turn; and what it brings along.
 */
class StartCostTests {

	private static final int ROUNDS = Integer.getInteger("measure.starts", 5);

	private static final List<String> COLUMNS = List.of("start, ms", "processor time, ms", "resident, MB",
			"heap in use, MB", "classes", "threads", "beans");

	private static final int HEAP = 3;

	/** What 'spring-boot-starter' brings; the rest is there for this starter only. */
	private static final Pattern BOOT = Pattern.compile(".*/(org/springframework|ch/qos/logback|org/slf4j|"
			+ "org/apache/logging|jakarta/annotation|org/yaml|commons-logging|io/micrometer|org/jspecify)/.*");

	@TempDir
	private Path directory;

	@Test
	void starterAndItsClientNeedAFewMegabytes() throws Exception {
		List<String> all = List.of(Files.readString(Path.of("target/starter.classpath")).split(File.pathSeparator));
		List<String> boot = all.stream().filter((entry) -> BOOT.matcher(entry).matches()).toList();
		List<String> brought = all.stream().filter((entry) -> !boot.contains(entry)).toList();
		assertThat(boot).hasSizeGreaterThan(10).noneMatch((entry) -> entry.contains("etcd"));
		assertThat(brought).anyMatch((entry) -> entry.contains("jetcd-core"))
			.anyMatch((entry) -> entry.contains("cluster-controller-autoconfigure"));
		list("Spring Boot", boot);
		list("the starter", brought);
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			Map<String, List<String>> ways = new LinkedHashMap<>();
			ways.put("without", command(boot));
			ways.put("local", command(all, "--cluster-controller.coordinator=local",
					"--cluster-controller.local.directory=" + this.directory));
			ways.put("etcd", command(all, "--cluster-controller.etcd.hosts=" + etcd.endpoint()));
			Map<String, List<long[]>> costs = new LinkedHashMap<>();
			ways.keySet().forEach((way) -> costs.put(way, new ArrayList<>()));
			for (int i = 0; i < ROUNDS; i++) {
				List<String> turns = new ArrayList<>(ways.keySet());
				Collections.shuffle(turns);
				for (String way : turns) {
					costs.get(way).add(start(ways.get(way)));
				}
			}
			report(costs);
			assertThat(spread(costs.get("etcd"), HEAP).median() - spread(costs.get("without"), HEAP).median())
				.as("MB of heap")
				.isBetween(0.0, 16.0);
		}
	}

	private static List<String> command(List<String> classPath, String... args) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:+UseSerialGC", "-cp",
						String.join(File.pathSeparator, classPath) + File.pathSeparator
								+ Path.of("target/test-classes").toAbsolutePath(),
						PlainApplication.class.getName(), "--cluster-controller.environment=test",
						"--cluster-controller.service=web"));
		command.addAll(List.of(args));
		return command;
	}

	private static long[] start(List<String> command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		String cost = output.lines()
			.filter((line) -> line.startsWith(PlainApplication.COST))
			.findFirst()
			.orElseThrow(() -> new AssertionError(output));
		return Arrays.stream(cost.substring(PlainApplication.COST.length()).trim().split(" "))
			.mapToLong(Long::parseLong)
			.toArray();
	}

	private static Spread spread(List<long[]> rounds, int column) {
		double unit = COLUMNS.get(column).endsWith("MB") ? 1024 : 1;
		return new Spread(rounds.stream().map((cost) -> cost[column] / unit).toList());
	}

	private static void report(Map<String, List<long[]>> costs) {
		for (int column = 0; column < COLUMNS.size(); column++) {
			int index = column;
			System.out.printf("%-20s", COLUMNS.get(column));
			costs.forEach((way, rounds) -> System.out.printf(" %s %s ", way, spread(rounds, index).toString(0)));
			System.out.println();
		}
	}

	private static void list(String what, List<String> entries) {
		List<Path> jars = entries.stream().filter((entry) -> entry.endsWith(".jar")).map(Path::of).toList();
		System.out.printf(Locale.ROOT, "%s: %d jars, %.1f MB: %s%n", what, jars.size(), size(jars) / 1e6,
				jars.stream()
					.sorted((one, other) -> Long.compare(size(List.of(other)), size(List.of(one))))
					.map((jar) -> jar.getFileName() + " " + size(List.of(jar)) / 1024)
					.collect(Collectors.joining(", ")));
	}

	private static long size(List<Path> files) {
		return files.stream().mapToLong((file) -> file.toFile().length()).sum();
	}

}
