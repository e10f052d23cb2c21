package io.clustercontroller.filelock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.clustercontroller.InvalidPropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FilesystemLocksProperties}.
 */
class FilesystemLocksPropertiesTests {

	@Test
	void foldersAreTakenInTheOrderOfTheirLocks() {
		FilesystemLocksProperties properties = properties("/z", " a=/mnt/x ", "/b/../c", "backup");
		assertThat(properties.folders()).containsExactly(Path.of("/mnt/x"), Path.of("/b/../c"), Path.of("backup"),
				Path.of("/z"));
		assertThat(properties.names()).isEqualTo(Map.of(Path.of("/mnt/x"), "a"));
	}

	@Test
	void folderWithAnEqualsSignIsGivenByAPath() {
		FilesystemLocksProperties properties = properties("./a=b", "/c=d");
		assertThat(properties.names()).isEmpty();
		assertThat(properties.folders()).containsExactlyInAnyOrder(Path.of("./a=b"), Path.of("/c=d"));
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			'/a,,/b', an entry of the list is blank
			'/a,/b/../a/', each folder may be given once only
			'x=/a,x=/b', the lock 'x' is that of another folder
			'/data,data=/b', the lock 'data' is that of another folder
			""", quoteCharacter = '"', delimiter = ';')
	void listThatContradictsItselfIsRefused(String line) {
		int comma = line.indexOf("', ");
		List<String> entries = List.of(line.substring(1, comma).split(","));
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> new FilesystemLocksProperties(entries, Duration.ofSeconds(60), false))
			.withMessageContainingAll("'cluster-controller.filesystem-locks'", line.substring(comma + 3))
			.satisfies((ex) -> assertThat(ex.getRemedy()).contains("CLUSTERCONTROLLER_FILESYSTEMLOCKS"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.999S", "P366D" })
	void timeoutOutOfRangeIsRefused(Duration timeout) {
		assertThatExceptionOfType(InvalidPropertyException.class)
			.isThrownBy(() -> new FilesystemLocksProperties(List.of(), timeout, false))
			.withMessageContaining("'cluster-controller.filesystem-locks-timeout'");
	}

	private static FilesystemLocksProperties properties(String... folders) {
		return new FilesystemLocksProperties(List.of(folders), Duration.ofSeconds(60), false);
	}

}
