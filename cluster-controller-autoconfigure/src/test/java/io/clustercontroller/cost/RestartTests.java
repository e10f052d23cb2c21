package io.clustercontroller.cost;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.clustercontroller.ClusterController;
import io.clustercontroller.testing.EtcdProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left behind by restarts in the same process, as the developer tools do them:
 * what is in folders comes from a class loader that is thrown away with the application,
 * what is in jars stays.
 */
class RestartTests {

	private static final int RESTARTS = 5;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@Test
	void restartsJoinAnewAndLeaveNothingBehind() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.launch()) {
			Set<String> masters = new HashSet<>();
			masters.add(runOnce(etcd));
			long channels = Resources.now().channels();
			for (int i = 0; i < RESTARTS; i++) {
				masters.add(runOnce(etcd));
			}
			assertThat(masters).hasSize(RESTARTS + 1);
			assertThat(etcd.watchers()).isZero();
			// Netty's global executor ends after a second without work
			Awaitility.await().pollInterval(Duration.ofSeconds(1)).atMost(LIMIT).untilAsserted(() -> {
				assertThat(Resources.now().channels()).as("gRPC channels").isLessThanOrEqualTo(channels);
				assertThat(threadsOfTheThrownAway()).isEmpty();
			});
		}
	}

	private static List<String> threadsOfTheThrownAway() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getContextClassLoader() instanceof Throwaway)
			.map(Thread::getName)
			// the one that the JDK starts for all timeouts, at the first
			.filter((name) -> !name.equals("CompletableFutureDelayScheduler"))
			.toList();
	}

	/** The id under which it has been master. */
	private static String runOnce(EtcdProcess etcd) throws Exception {
		ClassLoader own = Thread.currentThread().getContextClassLoader();
		try (Throwaway loader = new Throwaway()) {
			Thread.currentThread().setContextClassLoader(loader);
			Class<?> application = loader.loadClass(Restarted.class.getName());
			assertThat(application.getClassLoader()).isSameAs(loader);
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(application)
				.web(WebApplicationType.NONE)
				.registerShutdownHook(false)
				.run("--cluster-controller.environment=test", "--cluster-controller.service=web",
						"--cluster-controller.etcd.hosts=" + etcd.endpoint())) {
				assertThat(context.getBean(loader.loadClass(ClusterController.class.getName()))).isNotNull();
				return etcd.get("/test/web/master").orElseThrow();
			}
		}
		finally {
			assertThat(etcd.leases()).isEmpty();
			Thread.currentThread().setContextClassLoader(own);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Restarted {

	}

	/** Loads what is in folders by itself, and first. */
	private static final class Throwaway extends URLClassLoader {

		Throwaway() {
			super(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter((entry) -> Files.isDirectory(Path.of(entry)))
				.map(Throwaway::url)
				.toArray(URL[]::new));
		}

		private static URL url(String folder) {
			try {
				return Path.of(folder).toUri().toURL();
			}
			catch (MalformedURLException ex) {
				throw new IllegalArgumentException(ex);
			}
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				if (loaded != null) {
					return loaded;
				}
				try {
					return findClass(name);
				}
				catch (ClassNotFoundException ex) {
					return super.loadClass(name, resolve);
				}
			}
		}

	}

}
