package io.clustercontroller;

import io.clustercontroller.job.MasterOnly;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with all capabilities can be processed ahead of time, and a native image
 * is told what is read or called by name.
 */
class AheadOfTimeTests {

	private static final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

	private static RuntimeHints hints;

	@BeforeAll
	static void process() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues
				.of("cluster-controller.environment=test", "cluster-controller.service=aot",
						"cluster-controller.etcd.hosts=localhost", "cluster-controller.process.command=sleep 60",
						"cluster-controller.depends-on=db", "cluster-controller.filesystem-locks=/data",
						"cluster-controller.templates[0].source=a.j2", "cluster-controller.templates[0].target=a",
						"cluster-controller.backup.jobs[0].name=db", "cluster-controller.backup.jobs[0].command=dump",
						"cluster-controller.backup.jobs[0].cron=@daily",
						"management.endpoints.web.exposure.include=cluster,clusterdashboard")
				.applyTo(context);
			context.register(Application.class);
			DefaultGenerationContext generation = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get(AheadOfTimeTests.class)), files);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
			hints = generation.getRuntimeHints();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "actuate.ClusterAvailability", "actuate.ClusterDashboard", "actuate.ClusterEndpoint",
			"actuate.ClusterHealth", "actuate.ClusterMetrics", "backup.Backup", "command.Command",
			"coordination.etcd.EtcdCoordinator", "engine.ClusterController", "filelock.FilesystemLocks",
			"history.History", "job.Job", "process.DependsOn", "process.Process", "template.Template" })
	void beansOfEachCapabilityAreGenerated(String capability) {
		assertThat(generated(Kind.SOURCE)).contains(
				"io/clustercontroller/" + capability.replace('.', '/') + "AutoConfiguration__BeanDefinitions.java");
	}

	@Test
	void guardOfMasterOnlyMethodsIsGenerated() {
		assertThat(generated(Kind.CLASS)).anyMatch((file) -> file.contains("AheadOfTimeTests$Work$$SpringCGLIB$$"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "io/clustercontroller/command/guard.sh", "io/clustercontroller/actuate/dashboard.html" })
	void resourcesAreKept(String resource) {
		assertThat(getClass().getClassLoader().getResource(resource)).isNotNull();
		assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(strings = { "actuate.ClusterEndpoint#cluster", "actuate.ClusterEndpointOperations#history",
			"actuate.ClusterDashboardEndpoint#page", "actuate.ClusterDescriptor#self",
			"actuate.HistoryDescriptor#masterships" })
	void operationsAndWhatTheyAnswerCanBeCalledByName(String method) throws ClassNotFoundException {
		String[] parts = ("io.clustercontroller." + method).split("#");
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Class.forName(parts[0]), parts[1]))
			.accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(strings = { "engine.ClusterProperties", "engine.ClusterProperties$Session",
			"engine.ClusterProperties$Election", "process.ProcessProperties", "backup.BackupProperties",
			"backup.BackupProperties$Job", "coordination.etcd.EtcdProperties", "template.TemplateProperties",
			"filelock.FilesystemLocksProperties" })
	void propertiesCanBeBound(String type) throws ClassNotFoundException {
		Class<?> properties = Class.forName("io.clustercontroller." + type);
		assertThat(properties.getDeclaredConstructors()).isNotEmpty()
			.anySatisfy((
					constructor) -> assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(constructor))
						.accepts(hints));
	}

	private static String[] generated(Kind kind) {
		return files.getGeneratedFiles(kind).keySet().toArray(String[]::new);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Work work() {
			return new Work();
		}

	}

	static class Work {

		@MasterOnly
		void work() {
		}

	}

}
