package io.clustercontroller.coordination.etcd;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import javax.net.ssl.SSLException;

import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.clustercontroller.coordination.etcd.EtcdConnectionDetails.Endpoint;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Puts a coordinator together from the settings.
 */
final class EtcdCoordinators {

	/** A client without any success is replaced after 10 to 15 s, not by all at once. */
	private static final int PATIENCE_SECONDS = 10;

	private static final int PATIENCE_SPREAD_MILLIS = 5000;

	private static final int MOST_BYTES = 16 * 1024 * 1024;

	private EtcdCoordinators() {
	}

	/**
	 * Connections are made when they are needed; this neither blocks nor fails without
	 * etcd.
	 */
	static EtcdCoordinator connect(EtcdConnectionDetails connection, TimeSource time) {
		Random random = new Random();
		return new EtcdCoordinator(gateway(connection, time, random), new LoopThread("cluster-etcd", true), time,
				random);
	}

	static EtcdGateway gateway(EtcdConnectionDetails connection, TimeSource time, Random random) {
		List<Endpoint> endpoints = new ArrayList<>(connection.getEndpoints());
		Collections.shuffle(endpoints, random);
		CallDeadline deadline = new CallDeadline();
		Duration patience = Duration.ofSeconds(PATIENCE_SECONDS).plusMillis(random.nextInt(PATIENCE_SPREAD_MILLIS));
		JetcdClient client = new JetcdClient(() -> newClient(connection, endpoints, deadline), deadline, patience, time,
				EtcdErrors.of(connection));
		if (connection instanceof PropertiesEtcdConnectionDetails properties) {
			properties.onNewCertificates(client::replace);
		}
		return new JetcdGateway(client, connection.getEndpoints(), connection.getUsername() != null);
	}

	private static Client newClient(EtcdConnectionDetails connection, List<Endpoint> endpoints, CallDeadline deadline) {
		ClientBuilder builder = Client.builder()
			.interceptor(deadline)
			.waitForReady(true)
			.connectTimeout(Duration.ofSeconds(2))
			.retryMaxAttempts(2)
			.retryDelay(50)
			.retryMaxDelay(500)
			.keepaliveTime(Duration.ofSeconds(10))
			.keepaliveTimeout(Duration.ofSeconds(3))
			// etcd closes the connection of a client that pings without calls
			.keepaliveWithoutCalls(false)
			.maxInboundMessageSize(MOST_BYTES);
		if (endpoints.size() == 1) {
			// all addresses of the name; from a list jetcd takes the first of each
			builder.target("dns:///" + endpoints.get(0));
		}
		else {
			// the scheme means nothing to jetcd: the SSL context alone makes it speak TLS
			builder.endpoints(endpoints.stream().map((endpoint) -> URI.create("http://" + endpoint)).toList());
		}
		SslBundle bundle = connection.getSslBundle();
		if (bundle != null) {
			builder.sslContext(sslContext(bundle));
		}
		String username = connection.getUsername();
		String password = connection.getPassword();
		if (username != null && password != null) {
			builder.user(ByteSequence.from(username, UTF_8)).password(ByteSequence.from(password, UTF_8));
		}
		return builder.build();
	}

	/**
	 * gRPC compares the name of the host with the certificate by itself. With the JDK's
	 * own TLS, whatever else is on the class path: {@link TlsErrors} knows its words, and
	 * looking for another one loads native code.
	 */
	private static SslContext sslContext(SslBundle bundle) {
		SslOptions options = bundle.getOptions();
		SslManagerBundle managers = bundle.getManagers();
		SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
			.keyManager(managers.getKeyManagerFactory())
			.trustManager(managers.getTrustManagerFactory());
		if (options.getEnabledProtocols() != null) {
			builder.protocols(options.getEnabledProtocols());
		}
		if (options.getCiphers() != null) {
			builder.ciphers(List.of(options.getCiphers()));
		}
		try {
			return builder.build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException("The SSL bundle for etcd cannot be used: " + ex.getMessage(), ex);
		}
	}

}
