package io.clustercontroller.coordination.etcd;

import io.clustercontroller.coordination.CoordinationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.SslBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TlsErrors} with what gRPC has been seen to tell, where it depends on
 * chance or on the version of etcd. {@link EtcdSecurityTests} have the real ones.
 */
class TlsErrorsTests {

	private static final TlsErrors PLAIN = TlsErrors.of(null);

	private static final TlsErrors TLS = TlsErrors.of(SslBundle.systemDefault());

	@ParameterizedTest
	@ValueSource(strings = { "[wait_for_ready, connecting_and_lb_delay=4993762617ns, was_still_waiting]",
			"description=Connection closed while performing TLS negotiation", "handshake timed out after 10000ms",
			"cause=io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 485454502f" })
	void etcdMaySpeakNoTls(String story) {
		assertThat(find(TLS, story, false)).hasMessageContaining("speaks no TLS");
		assertThat(find(TLS, story, true)).isNull();
		assertThat(find(PLAIN, story, false)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "description=Network closed for unknown reason, cause=null",
			"First received frame was not SETTINGS. Hex dump for first 5 bytes: 1503010002" })
	void etcdMaySpeakTlsOnly(String story) {
		assertThat(find(PLAIN, story, false)).hasMessageContaining("speaks TLS only");
		assertThat(find(PLAIN, story, true)).isNull();
		assertThat(find(TLS, story, false)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "description=io exception, cause=java.net.SocketException: Connection reset",
			"description=io exception, cause=java.io.IOException: Broken pipe" })
	void etcdThatHangsUpMayExpectTheOther(String story) {
		assertThat(find(PLAIN, story, false)).hasMessageContaining("speaks TLS only");
		assertThat(find(TLS, story, false)).hasMessageContaining("speaks no TLS");
		assertThat(find(PLAIN, story, true)).isNull();
		assertThat(find(TLS, story, true)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "bad_certificate", "certificate_required" })
	void certificateIsAskedFor(String alert) {
		String story = "SSLHandshakeException: (" + alert + ") Received fatal alert: " + alert;
		assertThat(find(TLS, story, true)).hasMessageContaining("asks for a certificate of its client");
		assertThat(find(new TlsErrors(true, true), story, true))
			.hasMessageContaining("refuses the certificate of this client");
	}

	@Test
	void etcdThatIsNotThereIsNoMatterOfTls() {
		String story = "[wait_for_ready, Last Pick Failure=Status{code=UNAVAILABLE, description=io exception, "
				+ "cause=java.net.ConnectException: Connection refused: localhost/127.0.0.1:2379}, "
				+ "connecting_and_lb_delay=2005ns]";
		assertThat(find(TLS, story, false)).isNull();
		assertThat(find(PLAIN, story, false)).isNull();
	}

	private static @Nullable CoordinationException find(TlsErrors errors, String story, boolean answered) {
		return errors.find(story, new IllegalStateException(story), answered);
	}

}
