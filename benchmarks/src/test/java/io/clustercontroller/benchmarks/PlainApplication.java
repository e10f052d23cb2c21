package io.clustercontroller.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Does nothing but start, tell what that has cost, and end. It knows nothing of the
 * starter, which is on the class path or not.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PlainApplication {

	/** Followed by what it has cost: one line on the standard output. */
	static final String COST = "@@ cost";

	public static void main(String[] args) throws IOException {
		try (ConfigurableApplicationContext context = SpringApplication.run(PlainApplication.class, args)) {
			long wall = ManagementFactory.getRuntimeMXBean().getUptime();
			long processor = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
			long resident = resident();
			int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
			int threads = ManagementFactory.getThreadMXBean().getThreadCount();
			System.gc();
			long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
			System.out.printf("%s %d %d %d %d %d %d %d%n", COST, wall, processor / 1_000_000, resident, heap / 1024,
					classes, threads, context.getBeanDefinitionCount());
		}
	}

	/** In KB; 0 where the system does not tell. */
	private static long resident() throws IOException {
		Path status = Path.of("/proc/self/status");
		return !Files.exists(status) ? 0
				: Files.readAllLines(status)
					.stream()
					.filter((line) -> line.startsWith("VmRSS:"))
					.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
					.findFirst()
					.orElse(0);
	}

}
