package io.clustercontroller.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * Certificates that are made when they are needed, valid for an hour, as files in PEM.
 */
public final class Certificates {

	private static final Duration VALIDITY = Duration.ofHours(1);

	private final Path folder;

	private final String name;

	private final X509Bundle authority;

	/**
	 * A certification authority.
	 * @param folder where its files go
	 */
	public Certificates(Path folder, String name) {
		this.folder = folder;
		this.name = name;
		this.authority = build(() -> builder(name).setIsCertificateAuthority(true).buildSelfSigned());
		write(name + ".crt", this.authority.getCertificatePEM());
	}

	/** The certificate of the authority. */
	public String authority() {
		return this.folder.resolve(this.name + ".crt").toString();
	}

	/**
	 * A certificate for servers and clients alike.
	 * @param host the only host that it is for
	 */
	public Certificate issue(String host) {
		return issue(host, builder(host));
	}

	/** A certificate that was valid until an hour ago. */
	public Certificate issueExpired(String host) {
		Instant now = Instant.now();
		return issue(host, builder(host).notBefore(now.minus(VALIDITY.multipliedBy(2))).notAfter(now.minus(VALIDITY)));
	}

	private Certificate issue(String host, CertificateBuilder builder) {
		X509Bundle bundle = build(() -> builder.addSanDnsName(host)
			.addExtendedKeyUsageServerAuth()
			.addExtendedKeyUsageClientAuth()
			.buildIssuedBy(this.authority));
		String file = this.name + "-" + bundle.getCertificate().getSerialNumber();
		return new Certificate(write(file + ".crt", bundle.getCertificatePEM()),
				write(file + ".key", bundle.getPrivateKeyPEM()));
	}

	private static CertificateBuilder builder(String name) {
		Instant now = Instant.now();
		return new CertificateBuilder().subject("CN=" + name)
			.notBefore(now.minus(VALIDITY))
			.notAfter(now.plus(VALIDITY))
			.ecp256();
	}

	private String write(String file, String content) {
		try {
			return Files.writeString(this.folder.resolve(file), content).toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static X509Bundle build(Building building) {
		try {
			return building.build();
		}
		catch (Exception ex) {
			throw new IllegalStateException("No certificate could be made", ex);
		}
	}

	@FunctionalInterface
	private interface Building {

		X509Bundle build() throws Exception;

	}

	/**
	 * The files of a certificate.
	 *
	 * @param certificate the certificate
	 * @param key its private key
	 */
	public record Certificate(String certificate, String key) {
	}

}
