package io.clustercontroller.guide;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.clustercontroller.ClusterController;
import io.clustercontroller.guide.myapp.MyApp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The code in docs/ is compiled, its configuration can be bound, and its links and those
 * of README.md lead somewhere. Java code is a part of a source in this package, which the
 * build compiles and checks as any other.
 */
class GuideTests {

	private static final Path DOCS = Path.of("..", "docs");

	private static final Path README = Path.of("..", "README.md");

	private static final Path SOURCES = Path.of("src", "test", "java", "io", "clustercontroller", "guide");

	private static final String PREFIX = "cluster-controller.";

	/** Whose properties have to exist; other YAML is that of other programs. */
	private static final Pattern OF_BOOT = Pattern.compile("(management|spring|server|logging)\\..*");

	private static final Pattern LINK = Pattern.compile("]\\(([^)#:]*)(?:#([^)]*))?\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

	static Stream<Block> java() {
		return blocks("java");
	}

	static Stream<Block> yaml() {
		return blocks("yaml");
	}

	@ParameterizedTest
	@MethodSource("java")
	void javaIsPartOfWhatIsCompiledHere(Block block) throws IOException {
		try (Stream<Path> sources = Files.walk(SOURCES)) {
			assertThat(sources.filter(Files::isRegularFile)
				.filter((source) -> code(read(source)).contains(code(block.text))))
				.as("the source in this package that has the code of " + block)
				.isNotEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void propertiesExistAndThoseOfTheStarterCanBeBound(Block block) throws IOException {
		Map<String, Object> properties = properties(block);
		Set<String> bound = bind(properties);
		Map<String, String> known = knownProperties();
		assertThat(properties.keySet()).filteredOn((name) -> name.startsWith(PREFIX))
			.allSatisfy((name) -> assertThat(bound).contains(name));
		assertThat(properties.keySet()).filteredOn((name) -> OF_BOOT.matcher(name).matches())
			.allMatch((name) -> isKnown(name, known));
	}

	@Test
	void linksLeadSomewhere() {
		Stream.concat(Stream.of(README), guides())
			.forEach((guide) -> assertThat(LINK.matcher(read(guide)).results()).allSatisfy((link) -> {
				Path target = link.group(1).isEmpty() ? guide : guide.resolveSibling(link.group(1));
				assertThat(target).exists();
				if (link.group(2) != null) {
					assertThat(anchors(target)).contains(link.group(2));
				}
			}));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void applicationInTheMigrationGuideRuns(CapturedOutput output, @TempDir Path directory) {
		try (ConfigurableApplicationContext instance = new SpringApplicationBuilder(MyApp.class)
			.web(WebApplicationType.NONE)
			.run("--cluster-controller.coordinator=local", "--cluster-controller.local.directory=" + directory,
					"--cluster-controller.environment=test", "--cluster-controller.service=myapp",
					"--spring.config.name=none", "--spring.main.register-shutdown-hook=false")) {
			assertThat(instance.getBean(ClusterController.class).isMaster()).isTrue();
			await().untilAsserted(() -> assertThat(output).contains("Started as master"));
		}
		assertThat(output).contains("No master any more").contains("Leaving within");
	}

	private static Stream<Path> guides() {
		try (Stream<Path> files = Files.list(DOCS)) {
			return files.filter((file) -> file.toString().endsWith(".md")).sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<Block> blocks(String language) {
		Pattern fence = Pattern.compile("^( *)```" + language + "\n(.*?)^\\1```$", Pattern.MULTILINE | Pattern.DOTALL);
		return guides().flatMap((guide) -> {
			String text = read(guide);
			return fence.matcher(text).results().map((block) -> Block.of(guide, text, block));
		});
	}

	/** Without comments, and without what another place or the formatter changes. */
	private static String code(String text) {
		return text.replaceAll("(?m)(^|\\s)//.*$", "").replaceAll("\\s+", " ").replace(" .", ".").trim();
	}

	private static Map<String, Object> properties(Block block) throws IOException {
		Map<String, Object> properties = new LinkedHashMap<>();
		new YamlPropertySourceLoader()
			.load(block.toString(), new ByteArrayResource(block.text.getBytes(StandardCharsets.UTF_8)))
			.forEach((source) -> {
				for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
					properties.put(name, source.getProperty(name));
				}
			});
		return properties;
	}

	/** The names of all that the starter's own properties take over. */
	private static Set<String> bind(Map<String, Object> given) throws IOException {
		Map<String, Object> properties = new HashMap<>(
				Map.of(PREFIX + "environment", "test", PREFIX + "service", "test", PREFIX + "etcd.hosts", "etcd"));
		properties.putAll(given);
		Set<String> bound = new HashSet<>();
		Binder binder = new Binder(List.of(new MapConfigurationPropertySource(properties)), null, null, null,
				new BindHandler() {

					@Override
					public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
							Object result) {
						bound.add(name.toString());
						return result;
					}

				});
		for (Map<String, Object> group : metadata("groups")) {
			String name = String.valueOf(group.get("name"));
			if ((name + ".").startsWith(PREFIX)) {
				Class<?> type = ClassUtils.resolveClassName(String.valueOf(group.get("type")), null);
				if (type.isAnnotationPresent(ConfigurationProperties.class)) {
					binder.bindOrCreate(name, Bindable.of(type));
				}
			}
		}
		return bound;
	}

	private static Map<String, String> knownProperties() throws IOException {
		return metadata("properties").stream()
			.collect(Collectors.toMap((property) -> String.valueOf(property.get("name")),
					(property) -> String.valueOf(property.get("type")), (one, other) -> one));
	}

	/** Of a map every key is known. */
	private static boolean isKnown(String name, Map<String, String> known) {
		String plain = name.replaceAll("\\[\\d+]", "");
		return known.containsKey(plain) || known.entrySet()
			.stream()
			.anyMatch((property) -> property.getValue().startsWith("java.util.Map")
					&& plain.startsWith(property.getKey() + "."));
	}

	private static List<Map<String, Object>> metadata(String kind) throws IOException {
		List<Map<String, Object>> all = new ArrayList<>();
		Enumeration<URL> files = GuideTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json");
		while (files.hasMoreElements()) {
			try (InputStream file = files.nextElement().openStream()) {
				all.addAll(
						JsonPath.<Map<String, List<Map<String, Object>>>>read(file, "$").getOrDefault(kind, List.of()));
			}
		}
		return all;
	}

	/** As GitHub makes them. */
	private static Set<String> anchors(Path guide) {
		return HEADING.matcher(read(guide))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A block of code, and where it stands. */
	record Block(Path guide, long line, String text) {

		static Block of(Path guide, String all, MatchResult block) {
			return new Block(guide, all.substring(0, block.start()).lines().count() + 1, block.group(2));
		}

		@Override
		public String toString() {
			return this.guide.getFileName() + ":" + this.line;
		}

	}

}
