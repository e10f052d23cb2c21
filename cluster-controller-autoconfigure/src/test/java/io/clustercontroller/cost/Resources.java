package io.clustercontroller.cost;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

import com.sun.management.UnixOperatingSystemMXBean;

/**
 * What this JVM holds after a garbage collection.
 *
 * @param threads the living threads, by their names without numbers
 * @param files open files and sockets; 0 where the system does not tell
 * @param channels gRPC channels in memory
 * @param objects objects of the clients' libraries and of this one
 * @param heap memory in use, in kilobytes
 */
record Resources(Map<String, Integer> threads, long files, long channels, long objects, long heap) {

	private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

	private static final String CHANNEL = "io.grpc.internal.ManagedChannelImpl";

	static Resources now() {
		// this collects garbage, too
		String histogram = histogram();
		long channels = 0;
		long objects = 0;
		for (String line : histogram.split("\n")) {
			Matcher matcher = LINE.matcher(line);
			if (matcher.matches()) {
				long count = Long.parseLong(matcher.group(1));
				String type = matcher.group(2);
				channels += type.equals(CHANNEL) ? count : 0;
				objects += type.matches("io\\.(grpc|netty|vertx|etcd|clustercontroller)\\..*") ? count : 0;
			}
		}
		return new Resources(livingThreads(), openFiles(), channels, objects,
				ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024);
	}

	int threadCount() {
		return this.threads.values().stream().mapToInt(Integer::intValue).sum();
	}

	@Override
	public String toString() {
		return "threads %4d  files %4d  channels %3d  objects %6d  heap %6d KB".formatted(threadCount(), this.files,
				this.channels, this.objects, this.heap);
	}

	private static Map<String, Integer> livingThreads() {
		Map<String, Integer> threads = new TreeMap<>();
		Thread.getAllStackTraces()
			.keySet()
			.forEach((thread) -> threads.merge(thread.getName().replaceAll("\\d+", "#"), 1, Integer::sum));
		return threads;
	}

	private static long openFiles() {
		OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
		return (system instanceof UnixOperatingSystemMXBean unix) ? unix.getOpenFileDescriptorCount() : 0;
	}

	private static String histogram() {
		try {
			return (String) ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
						new Object[] { new String[0] }, new String[] { String[].class.getName() });
		}
		catch (JMException ex) {
			throw new IllegalStateException("This JVM cannot count its objects", ex);
		}
	}

}
