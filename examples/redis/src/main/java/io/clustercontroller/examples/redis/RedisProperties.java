package io.clustercontroller.examples.redis;

import io.clustercontroller.InvalidPropertyException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Profile;

/**
 * Where the two servers are.
 *
 * @param host name of this server for the other one and for clients
 * @param port port of this server
 * @param peerHost name of the other server
 * @param peerPort port of the other server
 */
@ConfigurationProperties("redis")
@Profile("node")
record RedisProperties(String host, int port, String peerHost, int peerPort) {

	RedisProperties {
		if (peerHost.isBlank()) {
			throw new InvalidPropertyException("redis.peer-host", peerHost, "there have to be two servers",
					"Set 'redis.peer-host' (REDIS_PEERHOST) to the name of the other one.");
		}
		if (host.equals(peerHost) && port == peerPort) {
			throw new InvalidPropertyException("redis.peer-port", peerPort, "this server cannot be its own peer",
					"Let 'redis.peer-host' and 'redis.peer-port' (REDIS_PEERHOST, REDIS_PEERPORT) name the other one.");
		}
	}

	RedisServer self() {
		return new RedisServer(this.host, this.port);
	}

	RedisServer peer() {
		return new RedisServer(this.peerHost, this.peerPort);
	}

}
