package io.clustercontroller.coordination.etcd;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EtcdVersionsTests {

	@ParameterizedTest
	@ValueSource(strings = { "3.3.27", "3.4.23", "3.4.30", "3.5.0", "3.5.12", "3.5.12-rc.1" })
	void defectIsKnown(String version) {
		assertThat(EtcdVersions.hasDefect(version)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "3.4.31", "3.4.38", "3.5.13", "3.5.23", "3.6.0", "4.0.0", "", "unknown" })
	void noDefectIsKnown(String version) {
		assertThat(EtcdVersions.hasDefect(version)).isFalse();
	}

}
