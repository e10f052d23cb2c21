package io.clustercontroller.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.hubspot.jinjava.Jinjava;
import io.clustercontroller.ClusterController;
import io.clustercontroller.command.CommandAutoConfiguration;
import io.clustercontroller.command.Commands;
import io.clustercontroller.coordination.local.LocalCoordinatorAutoConfiguration;
import io.clustercontroller.engine.ClusterControllerAutoConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link TemplateAutoConfiguration}, in applications that start for real.
 */
@ExtendWith(OutputCaptureExtension.class)
class TemplateAutoConfigurationTests {

	@TempDir
	private Path folder;

	private Path source;

	private Path target;

	private final Map<String, Object> variables = new HashMap<>();

	private ClassLoader classLoader = getClass().getClassLoader();

	@BeforeEach
	void prepare() throws IOException {
		this.source = Files.writeString(this.folder.resolve("app.conf.j2"), "name {{ NAME }}\n");
		this.target = Files.createDirectory(this.folder.resolve("conf")).resolve("app.conf");
		this.variables.putAll(Map.of("ENVIRONMENT", "test", "SERVICE", "web", "NAME", "web", "PATH",
				System.getenv("PATH"), "CLUSTERCONTROLLER_TEMPLATES_0_SOURCE", this.source.toString(),
				"CLUSTERCONTROLLER_TEMPLATES_0_TARGET", this.target.toString()));
	}

	@Test
	void rendersAfterTheRoleAndBeforeTheService(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(this.target).hasContent("name web\n");
			assertThat(context.getBean("before", Witness.class).seen()).containsExactly("MASTER false");
			assertThat(context.getBean("after", Witness.class).seen()).containsExactly("MASTER true");
			assertThat(output).contains("Wrote '" + this.target + "' from the template '" + this.source + "'");
			assertThat(context.getBeanFactory().containsSingleton("commands")).isFalse();
		}
	}

	@Test
	void leavesFileThatIsUpToDateAlone(CapturedOutput output) throws IOException {
		start().close();
		Object inode = Files.getAttribute(this.target, "unix:ino");
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_CHECKCOMMAND", "false {file}");
		start().close();
		assertThat(Files.getAttribute(this.target, "unix:ino")).isEqualTo(inode);
		assertThat(output).contains("'" + this.target + "' is already as '" + this.source + "' renders it");
	}

	@Test
	void rendersAgainWhenTheContextIsStartedAgain() throws IOException {
		try (ConfigurableApplicationContext context = start()) {
			context.stop();
			Files.writeString(this.target, "changed");
			context.start();
			assertThat(this.target).hasContent("name web\n");
		}
	}

	@Test
	void rendersWithLazyInitialization() {
		start("--spring.main.lazy-initialization=true").close();
		assertThat(this.target).hasContent("name web\n");
	}

	@Test
	void checksBeforeItPublishes() {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_CHECKCOMMAND", "grep -q 'name web' {file}");
		start().close();
		assertThat(this.target).hasContent("name web\n");
	}

	@Test
	void fileThatDoesNotPassIsNotPublished(CapturedOutput output) throws IOException {
		Files.writeString(this.target, "old");
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_CHECKCOMMAND",
				"sh -c 'echo unknown directive; exit 1' {file}");
		fails();
		assertThat(output).contains("APPLICATION FAILED TO START", "'" + this.target + "' has not been changed",
				"exit code 1", "    unknown directive", "Correct the template");
		assertThat(this.target).hasContent("old");
		assertThat(files()).containsExactly(this.target);
	}

	@Test
	void mistakeInOneTemplateChangesNoFile(CapturedOutput output) throws IOException {
		Path broken = Files.writeString(this.folder.resolve("broken.j2"), "a\n{{ NONE }}\n");
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_1_SOURCE", broken.toString());
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_1_TARGET", this.folder.resolve("conf/broken.conf").toString());
		fails();
		assertThat(output)
			.contains("APPLICATION FAILED TO START",
					"'" + broken + "' cannot be rendered: line 2, 'NONE' is not defined.", "    {{ NONE }}",
					"{{ NAME | default('...') }}")
			.doesNotContain("\tat ");
		assertThat(files()).isEmpty();
	}

	@Test
	void missingFolderIsNamed(CapturedOutput output) {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_TARGET", this.folder.resolve("none/app.conf").toString());
		fails();
		assertThat(output).contains("'" + this.folder.resolve("none/app.conf") + "'", "cannot be written",
				"there is no such folder ('" + this.folder.resolve("none") + "')", "Check that the folder exists");
	}

	@Test
	void folderThatCannotBeWrittenIsNamed(CapturedOutput output) {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_TARGET", "/proc/app.conf");
		fails();
		assertThat(output).contains("'/proc/app.conf'", "cannot be written", "this process may write to it");
	}

	@Test
	void missingTemplateIsNamed(CapturedOutput output) throws IOException {
		Files.delete(this.source);
		fails();
		assertThat(output).contains("The template '" + this.source + "' does not exist.", "Correct 'source'");
	}

	@Test
	void missingLibraryIsNamed(CapturedOutput output) {
		this.classLoader = new FilteredClassLoader(Jinjava.class.getPackageName());
		fails();
		assertThat(output).contains("'cluster-controller.templates[0].source' has the value '" + this.source
				+ "', set by the environment variable CLUSTERCONTROLLER_TEMPLATES_0_SOURCE: there is nothing on the "
				+ "class path to render it with.", "Add the dependency 'com.hubspot.jinjava:jinjava'");
	}

	@Test
	void nothingIsThereWithoutTemplates() {
		this.variables.keySet().removeIf((name) -> name.startsWith("CLUSTERCONTROLLER"));
		this.classLoader = new FilteredClassLoader(Jinjava.class.getPackageName());
		for (String[] args : new String[][] { {}, { "--cluster-controller.templates=" } }) {
			try (ConfigurableApplicationContext context = start(args)) {
				assertThat(context.getBeanNamesForType(TemplateLifecycle.class)).isEmpty();
			}
		}
	}

	@Test
	void nothingIsThereWhenItIsDisabled() {
		this.variables.remove("SERVICE");
		try (ConfigurableApplicationContext context = start("--cluster-controller.enabled=false")) {
			assertThat(context.getBeanNamesForType(TemplateLifecycle.class)).isEmpty();
			assertThat(context.getBeanNamesForType(Commands.class)).isEmpty();
		}
		assertThat(this.target).doesNotExist();
	}

	@Test
	void missingTargetIsNamed(CapturedOutput output) {
		this.variables.remove("CLUSTERCONTROLLER_TEMPLATES_0_TARGET");
		fails();
		assertThat(output).contains(
				"'cluster-controller.templates[0].target' is not set: every template has to have one",
				"Set 'cluster-controller.templates[0].target' to the file to write");
	}

	@Test
	void missingSourceIsNamed(CapturedOutput output) {
		this.variables.remove("CLUSTERCONTROLLER_TEMPLATES_0_SOURCE");
		fails();
		assertThat(output).contains("'cluster-controller.templates[0].source' is not set");
	}

	@Test
	void targetThatIsTheTemplateIsRefused(CapturedOutput output) {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_TARGET", this.folder + "/conf/../app.conf.j2");
		fails();
		assertThat(output).contains("CLUSTERCONTROLLER_TEMPLATES_0_TARGET: it is the template itself");
	}

	@Test
	void targetOfTwoTemplatesIsRefused(CapturedOutput output) {
		fails("--cluster-controller.templates[0].source=" + this.source,
				"--cluster-controller.templates[0].target=" + this.target,
				"--cluster-controller.templates[1].source=" + this.source,
				"--cluster-controller.templates[1].target=" + this.target);
		assertThat(output).contains("'cluster-controller.templates[1].target' has the value '" + this.target + "'",
				"'cluster-controller.templates[0]' writes the same file");
	}

	@Test
	void checkThatDoesNotNameTheFileIsRefused(CapturedOutput output) {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_CHECKCOMMAND", "nginx -t");
		fails();
		assertThat(output).contains("has the value 'nginx -t'", "without {file} it would not check",
				"'nginx -t -c {file}'");
	}

	@Test
	void checkWithOpenQuoteIsRefused(CapturedOutput output) {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_CHECKCOMMAND", "nginx -t '{file}");
		fails();
		assertThat(output).contains("'cluster-controller.templates[0].check-command' has the value 'nginx -t '{file}'");
	}

	@Test
	void checkTimeoutOfZeroIsRefused(CapturedOutput output) {
		this.variables.put("CLUSTERCONTROLLER_TEMPLATES_0_CHECKTIMEOUT", "0s");
		fails();
		assertThat(output).contains("'cluster-controller.templates[0].check-timeout' has the value '0s'",
				"from 100ms to 1h");
	}

	private void fails(String... args) {
		assertThatException().isThrownBy(() -> start(args));
	}

	private ConfigurableApplicationContext start(String... args) {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(this.classLoader),
				TestApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setRegisterShutdownHook(false);
		application.setDefaultProperties(
				Map.of("cluster-controller.coordinator", "local", "cluster-controller.local.directory",
						this.folder.resolve("local").toString(), "test.target", this.target.toString()));
		application.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return TemplateAutoConfigurationTests.this.variables;
			}

		});
		return application.run(args);
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.target.getParent())) {
			return files.toList();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ClusterControllerAutoConfiguration.class, LocalCoordinatorAutoConfiguration.class,
			CommandAutoConfiguration.class, TemplateAutoConfiguration.class })
	static class TestApplication {

		@Bean
		Witness before(ObjectProvider<ClusterController> controller, @Value("${test.target}") Path target) {
			return new Witness(TemplateLifecycle.PHASE - 1, controller, target, new ArrayList<>());
		}

		@Bean
		Witness after(ObjectProvider<ClusterController> controller, @Value("${test.target}") Path target) {
			return new Witness(TemplateLifecycle.PHASE + 1, controller, target, new ArrayList<>());
		}

	}

	/** Notes what is there when it is started. */
	record Witness(int phase, ObjectProvider<ClusterController> controller, Path target,
			List<String> seen) implements SmartLifecycle {

		@Override
		public void start() {
			this.controller
				.ifAvailable((available) -> this.seen.add(available.role() + " " + Files.exists(this.target)));
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

		@Override
		public int getPhase() {
			return this.phase;
		}

	}

}
