package io.clustercontroller.engine;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HostName}.
 */
class HostNameTests {

	@Test
	void variableOfContainerComesFirst() {
		assertThat(HostName.find(Map.of("HOSTNAME", "c1", "COMPUTERNAME", "PC"))).isEqualTo("c1");
	}

	@Test
	void blankVariableIsPassedOver() {
		assertThat(HostName.find(Map.of("HOSTNAME", " ", "COMPUTERNAME", "PC"))).isEqualTo("PC");
	}

	@Test
	void isNeverBlank() {
		assertThat(HostName.find(Map.of())).isNotBlank().doesNotContainAnyWhitespaces();
	}

}
