package io.clustercontroller.coordination.etcd;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/**
 * Connects to a service of Docker Compose that runs an image of etcd, or has the label
 * {@code org.springframework.boot.service-connection: etcd}.
 */
class EtcdDockerComposeConnectionDetailsFactory extends DockerComposeConnectionDetailsFactory<EtcdConnectionDetails> {

	EtcdDockerComposeConnectionDetailsFactory() {
		super(EtcdImages.CONNECTION_NAMES.toArray(String[]::new), "io.etcd.jetcd.Client");
	}

	@Override
	protected EtcdConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new EtcdDockerComposeConnectionDetails(source.getRunningService());
	}

	private static final class EtcdDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements EtcdConnectionDetails {

		private final Endpoint endpoint;

		private final Map<String, String> variables;

		private final @Nullable SslBundle sslBundle;

		EtcdDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.endpoint = new Endpoint(service.host(), service.ports().get(EtcdImages.CLIENT_PORT));
			this.variables = service.env();
			this.sslBundle = getSslBundle(service);
		}

		@Override
		public List<Endpoint> getEndpoints() {
			return List.of(this.endpoint);
		}

		@Override
		public @Nullable String getUsername() {
			return EtcdImages.username(this.variables);
		}

		@Override
		public @Nullable String getPassword() {
			return EtcdImages.password(this.variables);
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return this.sslBundle;
		}

	}

}
