package io.clustercontroller.coordination.etcd;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.clustercontroller.coordination.LoopThread;
import io.clustercontroller.coordination.TimeSource;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import org.jspecify.annotations.Nullable;

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
	static EtcdCoordinator connect(EtcdProperties properties, TimeSource time) {
		Random random = new Random();
		List<URI> endpoints = new ArrayList<>(properties.endpoints());
		Collections.shuffle(endpoints, random);
		CallDeadline deadline = new CallDeadline();
		String username = properties.username();
		Duration patience = Duration.ofSeconds(PATIENCE_SECONDS).plusMillis(random.nextInt(PATIENCE_SPREAD_MILLIS));
		JetcdClient client = new JetcdClient(() -> newClient(endpoints, username, properties.password(), deadline),
				deadline, patience, time, username);
		return new EtcdCoordinator(new JetcdGateway(client, properties.endpoints(), username != null),
				new LoopThread("cluster-etcd", true), time, random);
	}

	private static Client newClient(List<URI> endpoints, @Nullable String username, @Nullable String password,
			CallDeadline deadline) {
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
			builder.target("dns:///" + endpoints.get(0).getAuthority());
		}
		else {
			builder.endpoints(endpoints);
		}
		if (username != null && password != null) {
			builder.user(ByteSequence.from(username, UTF_8)).password(ByteSequence.from(password, UTF_8));
		}
		return builder.build();
	}

}
