package io.clustercontroller.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.util.StringUtils;

/**
 * The name of the machine or container, found without asking the network: a look-up may
 * hang for as long as its DNS server is away.
 */
final class HostName {

	private static final Path LINUX_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

	private static final String NOTHING_FOUND = "localhost";

	private HostName() {
	}

	/**
	 * Find the name. {@code HOSTNAME} is what containers have, {@code COMPUTERNAME} what
	 * Windows has; {@code localhost} where there is nothing.
	 */
	static String find(Map<String, String> variables) {
		return Stream.of(variables.getOrDefault("HOSTNAME", ""), variables.getOrDefault("COMPUTERNAME", ""))
			.filter(StringUtils::hasText)
			.findFirst()
			.orElseGet(HostName::ofKernel)
			.trim();
	}

	private static String ofKernel() {
		try {
			String name = Files.readString(LINUX_HOST_NAME);
			return StringUtils.hasText(name) ? name : NOTHING_FOUND;
		}
		catch (IOException ex) {
			return NOTHING_FOUND;
		}
	}

}
