package io.clustercontroller.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.jayway.jsonpath.JsonPath;
import io.clustercontroller.ClusterController;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What README.md and docs/configuration.md say of properties, variables and code is so.
 */
class ReadmeTests {

	private static final Path ROOT = Path.of("..");

	private static final String PREFIX = "cluster-controller.";

	/** A row of the table: property, variable or none, default, meaning. */
	private static final Pattern ROW = Pattern
		.compile("^\\| `([a-z.-]+)` \\| (?:`([A-Z_]+)`)? *\\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);

	private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

	private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

	private static String readme;

	private static List<MatchResult> rows;

	@BeforeAll
	static void readTheReadme() throws IOException {
		readme = Files.readString(ROOT.resolve("README.md"));
		rows = ROW.matcher(Files.readString(ROOT.resolve("docs/configuration.md"))).results().toList();
	}

	@Test
	void staysShort() {
		assertThat(readme.lines()).hasSizeLessThan(250);
	}

	@Test
	void linksToFilesLeadSomewhere() {
		assertThat(LINK.matcher(readme).results().map((link) -> ROOT.resolve(link.group(1)))).isNotEmpty()
			.allSatisfy((file) -> assertThat(file).exists());
	}

	@Test
	void tableHasEveryPropertyWithItsDefault() throws IOException {
		Map<String, String> told = rows.stream()
			.collect(Collectors.toMap((row) -> PREFIX + row.group(1), (row) -> literal(row.group(3))));
		Map<String, String> own = propertiesWithDefaults();
		own.keySet().removeIf((name) -> !name.startsWith(PREFIX));
		assertThat(new TreeMap<>(told)).isEqualTo(own);
	}

	@Test
	void propertiesThatActuatorHasForTheEndpointStandWithIt() throws IOException {
		String endpoint = Files.readString(ROOT.resolve("docs/endpoint.md"));
		assertThat(propertiesWithDefaults().keySet()).filteredOn((name) -> !name.startsWith(PREFIX))
			.isNotEmpty()
			.allSatisfy((name) -> assertThat(endpoint).contains("`" + name + "`"));
	}

	@Test
	void tableHasTheVariablesThatAreUnderstood() {
		Map<String, Object> variables = rows.stream()
			.filter((row) -> row.group(2) != null)
			.collect(Collectors.toMap((row) -> row.group(2), (row) -> "value of " + row.group(2)));
		assertThat(variables).containsKeys("ETCD_HOSTS", "ENVIRONMENT", "SERVICE", "SERVICE_COMMAND");
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		SpringApplication application = new SpringApplicationBuilder(Nothing.class).web(WebApplicationType.NONE)
			.environment(environment)
			.build();
		application.run().close();
		assertThat(rows).filteredOn((row) -> row.group(2) != null)
			.allSatisfy((row) -> assertThat(environment.getProperty(PREFIX + row.group(1)))
				.isEqualTo("value of " + row.group(2)));
	}

	@Test
	void codeIsCompiledHere() throws IOException {
		Path sources = Path.of("src", "test", "java", "io", "clustercontroller", "sample");
		String source = Files.readString(sources.resolve("MasterWork.java"));
		assertThat(JAVA.matcher(readme).results().map((block) -> block.group(1))).singleElement()
			.isEqualTo(source.substring(source.indexOf("import ")));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void codeTellsTheRole(CapturedOutput output, @TempDir Path directory) {
		try (ConfigurableApplicationContext instance = Samples.start(directory, "--server.port=0")) {
			assertThat(instance.getBean(MasterWork.class).doOnePiece()).isTrue();
			assertThat(output).containsPattern("I am master with token \\d+, because STARTED");
		}
		assertThat(output).contains("I am slave, because STOPPING");
	}

	/** What stands as code; what is in words is no value to set. */
	private static String literal(String cell) {
		return cell.startsWith("`") ? cell.replace("`", "").trim() : "";
	}

	private static Map<String, String> propertiesWithDefaults() throws IOException {
		URL library = ClusterController.class.getProtectionDomain().getCodeSource().getLocation();
		String base = library.getPath().endsWith(".jar") ? "jar:" + library + "!/" : library.toString();
		try (InputStream json = new URL(base + "META-INF/spring-configuration-metadata.json").openStream()) {
			List<Map<String, Object>> properties = JsonPath.read(json, "$.properties");
			return properties.stream()
				.collect(Collectors.toMap((property) -> property.get("name").toString(),
						(property) -> property.getOrDefault("defaultValue", "").toString(), (one, other) -> one,
						TreeMap::new));
		}
	}

	private static final class Nothing {

	}

}
