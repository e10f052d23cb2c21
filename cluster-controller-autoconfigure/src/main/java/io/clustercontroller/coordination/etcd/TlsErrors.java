package io.clustercontroller.coordination.etcd;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * Why no connection comes about where etcd and its client do not agree on TLS. A call
 * that waits for a connection hands on no exception, only a text with the story of the
 * last attempt, so the text is all there is to go by.
 *
 * @param enabled whether the client speaks TLS
 * @param certificate whether it has a certificate of its own to show
 */
record TlsErrors(boolean enabled, boolean certificate) {

	private static final String BUNDLE = "the SSL bundle of 'cluster-controller.etcd.ssl.bundle'";

	private static final Pattern HOST_NAME = Pattern
		.compile("No (?:subject alternative DNS name|subject alternative names|name) matching (?:IP address )?(\\S+)"
				+ "|No subject alternative names present");

	private static final Pattern EXPIRED = Pattern.compile("CertificateExpiredException(?:: NotAfter: ([^\\n]+))?");

	private static final Pattern REFUSED_CERTIFICATE = Pattern
		.compile("Received fatal alert: (bad_certificate|certificate_\\w+|unsupported_certificate|unknown_ca)");

	/**
	 * What gRPC makes of an etcd that hangs up, with or without having read all, or
	 * answers with an alert of TLS.
	 */
	private static final Pattern NOT_PLAIN = Pattern
		.compile("Network closed for unknown reason|Connection reset|Broken pipe"
				+ "|First received frame was not SETTINGS\\. Hex dump for first 5 bytes: 1503");

	/**
	 * An etcd without TLS hangs up, or waits for the end of a line that does not come,
	 * depending on chance. Then no attempt has failed yet, nor does it succeed.
	 */
	private static final Pattern NOT_TLS = Pattern.compile("Connection closed while performing TLS negotiation"
			+ "|Connection reset|Broken pipe|not an SSL/TLS record|Unsupported or unrecognized SSL message|handshake timed out"
			+ "|wait_for_ready, connecting_and_lb_delay");

	/**
	 * Of a client with this bundle, or {@code null} without TLS.
	 */
	static TlsErrors of(@Nullable SslBundle bundle) {
		return new TlsErrors(bundle != null, bundle != null && bundle.getStores().getKeyStore() != null);
	}

	/**
	 * @param story what is known of the failure
	 * @param cause the failure
	 * @param answered whether etcd has answered before, so that a connection that is
	 * closed without a word says nothing about TLS
	 * @return what it means, or {@code null} if TLS does not stand in the way
	 */
	@Nullable CoordinationException find(String story, Throwable cause, boolean answered) {
		if (!this.enabled) {
			return (!answered && NOT_PLAIN.matcher(story).find()) ? new CoordinationException(
					"etcd ends each connection at once, as one does that speaks TLS only: is 'https://' missing in "
							+ "ETCD_HOSTS, or 'cluster-controller.etcd.ssl'?",
					cause) : null;
		}
		if (!answered && NOT_TLS.matcher(story).find()) {
			return new CoordinationException("etcd hangs up in the handshake of TLS, or does not answer, as one does "
					+ "that speaks no TLS: are 'https://' in ETCD_HOSTS and 'cluster-controller.etcd.ssl' right?",
					cause);
		}
		Matcher expired = EXPIRED.matcher(story);
		if (expired.find()) {
			String when = expired.group(1);
			return refused("the certificate of etcd has expired" + ((when != null) ? " (" + when + ")" : ""),
					"Give etcd a new certificate, or correct the clock of this machine.", cause);
		}
		if (story.contains("CertificateNotYetValidException")) {
			return refused("the certificate of etcd is not valid yet",
					"Correct the clock of this machine, or give etcd another certificate.", cause);
		}
		Matcher hostName = HOST_NAME.matcher(story);
		if (hostName.find()) {
			String host = hostName.group(1);
			return refused(
					"the certificate of etcd is not one for " + ((host != null) ? "'" + host + "'" : "this address"),
					"Name etcd in ETCD_HOSTS ('cluster-controller.etcd.hosts') as its certificate does, or give etcd a "
							+ "certificate with that name or address among its subject alternative names.",
					cause);
		}
		Matcher alert = REFUSED_CERTIFICATE.matcher(story);
		if (alert.find()) {
			return this.certificate ? refused("etcd refuses the certificate of this client (" + alert.group(1) + ")",
					"Let " + BUNDLE + " have a certificate that is valid, made for clients, and signed by the CA "
							+ "that etcd was given as '--trusted-ca-file'.",
					cause)
					: refused("etcd asks for a certificate of its client, and there is none (" + alert.group(1) + ")",
							"Give " + BUNDLE + " a key store with a certificate that etcd trusts.", cause);
		}
		if (story.contains("PKIX path") || story.contains("trustAnchors parameter must be non-empty")) {
			return refused("the certificate of etcd is not signed by a CA that is trusted here",
					"Give " + BUNDLE + " a trust store with the CA of etcd.", cause);
		}
		return null;
	}

	private static TlsRefusedException refused(String message, String remedy, Throwable cause) {
		return new TlsRefusedException(message, remedy, cause);
	}

	/** No word of etcd itself: it may be another server, or another time. */
	static final class TlsRefusedException extends CoordinationRefusedException {

		private static final long serialVersionUID = 1L;

		TlsRefusedException(String message, String remedy, Throwable cause) {
			super(message, remedy, cause);
		}

	}

}
