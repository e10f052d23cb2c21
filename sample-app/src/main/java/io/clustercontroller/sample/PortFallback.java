package io.clustercontroller.sample;

import java.net.BindException;

import org.apache.coyote.http11.Http11NioProtocol;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/**
 * Lets several instances run on one machine: the first one has the port 8080, the others
 * take any that is free. A port that is set, as {@code server.port}, is taken or the
 * start fails.
 */
@Component
class PortFallback implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private final ServerProperties properties;

	PortFallback(ServerProperties properties) {
		this.properties = properties;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		if (this.properties.getPort() == null) {
			factory.setProtocol(Protocol.class.getName());
		}
	}

	/**
	 * Asks for another port when it is refused the first one. To look beforehand whether
	 * that is free would be no help to two instances that start at the same time.
	 */
	public static class Protocol extends Http11NioProtocol {

		@Override
		public void start() throws Exception {
			try {
				super.start();
			}
			catch (BindException ex) {
				setPort(0);
				super.start();
			}
		}

	}

}
