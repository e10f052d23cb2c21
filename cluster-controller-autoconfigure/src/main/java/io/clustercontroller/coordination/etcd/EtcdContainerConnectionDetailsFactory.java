package io.clustercontroller.coordination.etcd;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

/**
 * Connects to a container of Testcontainers that is a {@link ServiceConnection} and runs
 * an image of etcd, or is named {@code etcd} in the annotation.
 */
class EtcdContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, EtcdConnectionDetails> {

	EtcdContainerConnectionDetailsFactory() {
		super(EtcdImages.CONNECTION_NAMES, "io.etcd.jetcd.Client");
	}

	@Override
	protected EtcdConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		return new EtcdContainerConnectionDetails(source);
	}

	/** Asked when the container runs. */
	private static final class EtcdContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
			implements EtcdConnectionDetails {

		EtcdContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public List<Endpoint> getEndpoints() {
			Container<?> container = getContainer();
			return List.of(new Endpoint(container.getHost(), container.getMappedPort(EtcdImages.CLIENT_PORT)));
		}

		@Override
		public @Nullable String getUsername() {
			return EtcdImages.username(getContainer().getEnvMap());
		}

		@Override
		public @Nullable String getPassword() {
			return EtcdImages.password(getContainer().getEnvMap());
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return super.getSslBundle();
		}

	}

}
