package io.clustercontroller;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an IDE tells about the properties of this library.
 */
class ConfigurationMetadataTests {

	private static List<Map<String, Object>> properties;

	@BeforeAll
	static void readTheMetadataOfThisLibrary() throws IOException {
		URL classes = ClusterController.class.getProtectionDomain().getCodeSource().getLocation();
		URL metadata = new URL(classes, "META-INF/spring-configuration-metadata.json");
		try (InputStream json = metadata.openStream()) {
			properties = JsonPath.read(json, "$.properties");
		}
	}

	@Test
	void thereAreProperties() {
		assertThat(properties).extracting((property) -> property.get("name")).isNotEmpty().doesNotHaveDuplicates();
	}

	@Test
	void everyPropertyHasADescription() {
		assertThat(properties).filteredOn((property) -> isBlank(property.get("description"))).isEmpty();
	}

	@Test
	void everyPropertyHasAType() {
		assertThat(properties).filteredOn((property) -> isBlank(property.get("type"))).isEmpty();
	}

	private static boolean isBlank(Object value) {
		return !(value instanceof String text) || text.isBlank();
	}

}
