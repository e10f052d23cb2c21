package io.clustercontroller.coordination.etcd;

import java.util.List;

import io.clustercontroller.InvalidPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The connection as the properties give it.
 */
final class PropertiesEtcdConnectionDetails implements EtcdConnectionDetails {

	private static final String BUNDLE = "cluster-controller.etcd.ssl.bundle";

	private final List<Endpoint> endpoints;

	private final @Nullable String username;

	private final @Nullable String password;

	private final boolean tls;

	private final @Nullable String bundle;

	private final @Nullable SslBundles bundles;

	/**
	 * @param bundles the SSL bundles of the application, or {@code null} if it has none
	 * @throws InvalidPropertyException if the properties do not say where etcd is, or
	 * name a file or a bundle that is not there
	 */
	PropertiesEtcdConnectionDetails(EtcdProperties properties, @Nullable SslBundles bundles) {
		this.endpoints = properties.endpoints();
		this.username = properties.username();
		this.password = properties.readPassword();
		this.tls = properties.tls();
		this.bundle = properties.ssl().bundle();
		this.bundles = bundles;
		if (this.tls && this.bundle != null) {
			find(this.bundle);
		}
	}

	@Override
	public List<Endpoint> getEndpoints() {
		return this.endpoints;
	}

	@Override
	public @Nullable String getUsername() {
		return this.username;
	}

	@Override
	public @Nullable String getPassword() {
		return this.password;
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		if (!this.tls) {
			return null;
		}
		return (this.bundle != null) ? find(this.bundle) : SslBundle.systemDefault();
	}

	/**
	 * Be told when the bundle has changed, as it does when its files do and
	 * {@code reload-on-update} is set.
	 */
	void onNewCertificates(Runnable action) {
		if (this.tls && this.bundle != null && this.bundles != null) {
			this.bundles.addBundleUpdateHandler(this.bundle, (bundle) -> action.run());
		}
	}

	private SslBundle find(String name) {
		try {
			if (this.bundles != null) {
				return this.bundles.getBundle(name);
			}
		}
		catch (NoSuchSslBundleException ex) {
			// said below, with what there is
		}
		List<String> names = (this.bundles != null) ? this.bundles.getBundleNames() : List.of();
		throw new InvalidPropertyException(BUNDLE, name,
				"there is no SSL bundle of that name, "
						+ (names.isEmpty() ? "nor any other" : "but '" + String.join("', '", names) + "'"),
				"Define it with 'spring.ssl.bundle.pem." + name + "' or 'spring.ssl.bundle.jks." + name + "', or set '"
						+ BUNDLE + "' to one that is defined.");
	}

}
