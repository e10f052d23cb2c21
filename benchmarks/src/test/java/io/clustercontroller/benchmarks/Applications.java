package io.clustercontroller.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;

/**
 * A master and a slave in this JVM.
 */
final class Applications implements AutoCloseable {

	private final Path directory;

	private final ConfigurableApplicationContext master;

	private final ConfigurableApplicationContext slave;

	Applications() {
		try {
			this.directory = Files.createTempDirectory("benchmarks-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.master = start();
		this.slave = start();
	}

	private ConfigurableApplicationContext start() {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		return application.run("--cluster-controller.coordinator=local", "--cluster-controller.environment=benchmarks",
				"--cluster-controller.service=guard", "--cluster-controller.local.directory=" + this.directory);
	}

	ConfigurableApplicationContext master() {
		return this.master;
	}

	ConfigurableApplicationContext slave() {
		return this.slave;
	}

	/** Behind a proxy of Spring's with nothing else. */
	static Work proxied(Work work, MethodInterceptor advice) {
		ProxyFactory factory = new ProxyFactory(work);
		factory.setProxyTargetClass(true);
		factory.addAdvice(advice);
		return (Work) factory.getProxy();
	}

	@Override
	public void close() {
		this.slave.close();
		this.master.close();
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableSchedulerLock(defaultLockAtMostFor = "PT1M", proxyTargetClass = true)
	static class Application {

		@Bean
		Work work() {
			return new Work();
		}

		@Bean
		Locked locked() {
			return new Locked();
		}

		@Bean
		LockProvider lockProvider() {
			return new JvmLockProvider();
		}

	}

}
