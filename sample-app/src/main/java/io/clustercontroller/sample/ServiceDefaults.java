package io.clustercontroller.sample;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import io.clustercontroller.sample.service.HelloService;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * What {@code application.yaml} cannot know of the service: a port that is free, and how
 * to launch a class that may be in a folder of Boot's jar. Only this sample needs it: a
 * container has all ports to itself, and a service that is a program.
 */
class ServiceDefaults implements EnvironmentPostProcessor {

	static final String PORT = "sample.service.port";

	private static final String LAUNCHER = "sample.service.launcher";

	private static final int FIRST_PORT = 8090;

	private static final int MOST_INSTANCES = 100;

	/** Where this application runs from its jar, this is in the jar as well. */
	private static final String LAUNCHER_IN_JAR = "org.springframework.boot.loader.launch.PropertiesLauncher";

	/** Held until this JVM ends. */
	private static final Set<DatagramSocket> claims = ConcurrentHashMap.newKeySet();

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!environment.containsProperty(PORT)) {
			add(PORT, freePort(), environment);
		}
		add(LAUNCHER, ClassUtils.isPresent(LAUNCHER_IN_JAR, null) ? LAUNCHER_IN_JAR : HelloService.class.getName(),
				environment);
	}

	private static void add(String name, Object value, ConfigurableEnvironment environment) {
		environment.getPropertySources().addLast(new MapPropertySource(name, Map.of(name, value)));
	}

	private static int freePort() {
		return IntStream.range(FIRST_PORT, FIRST_PORT + MOST_INSTANCES)
			.filter(ServiceDefaults::claim)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"No port from " + FIRST_PORT + " on is free for the service: set '" + PORT + "'"));
	}

	/**
	 * The service opens its TCP port later. Until then the UDP port of that number keeps
	 * the other instances on this machine away from it.
	 */
	private static boolean claim(int port) {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		try {
			DatagramSocket claim = new DatagramSocket(address);
			if (isFree(address)) {
				return claims.add(claim);
			}
			claim.close();
			return false;
		}
		catch (SocketException ex) {
			return false;
		}
	}

	private static boolean isFree(InetSocketAddress address) {
		try (ServerSocket probe = new ServerSocket()) {
			probe.bind(address);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
