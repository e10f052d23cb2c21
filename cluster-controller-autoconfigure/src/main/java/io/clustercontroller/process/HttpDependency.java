package io.clustercontroller.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Optional;

import io.clustercontroller.ClusterController;

/**
 * A URL that has to answer to GET with a status of 2xx or 3xx; a redirect is not
 * followed.
 *
 * @param text the URL
 */
record HttpDependency(String text) implements Dependency {

	/*
	 * java.net.http.HttpClient would leave a thread behind: before Java 21 it cannot be
	 * closed.
	 */
	@Override
	public Optional<String> findMissing(ClusterController cluster) {
		HttpURLConnection connection = null;
		try {
			connection = (HttpURLConnection) new URL(this.text).openConnection();
			connection.setConnectTimeout((int) LIMIT.toMillis());
			connection.setReadTimeout((int) LIMIT.toMillis());
			connection.setInstanceFollowRedirects(false);
			// an idle connection would be kept, and a thread to end it
			connection.setRequestProperty("Connection", "close");
			int status = connection.getResponseCode();
			if (status >= 200 && status < 400) {
				return Optional.empty();
			}
			return Optional.of((status > 0) ? "it answers with status " + status : "it does not answer as HTTP does");
		}
		catch (IOException ex) {
			return Optional.of(Dependency.reason(ex));
		}
		finally {
			if (connection != null) {
				connection.disconnect();
			}
		}
	}

	@Override
	public String toString() {
		return this.text;
	}

}
