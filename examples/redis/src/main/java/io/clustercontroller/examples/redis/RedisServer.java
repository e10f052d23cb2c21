package io.clustercontroller.examples.redis;

import java.util.List;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One of the two Redis servers, as a controller sees it. Each method connects anew,
 * blocks for 2.5 s at most, and throws a {@link JedisException} if the server does not
 * answer or refuses.
 *
 * @param host its name
 * @param port its port
 */
record RedisServer(String host, int port) {

	/** Shorter than the session: a server that hangs must not hold up its controller. */
	static final JedisClientConfig CONFIG = DefaultJedisClientConfig.builder()
		.connectionTimeoutMillis(500)
		.socketTimeoutMillis(2000)
		.build();

	static RedisServer parse(String address) {
		HostAndPort parsed = HostAndPort.from(address);
		return new RedisServer(parsed.getHost(), parsed.getPort());
	}

	/** Let it follow nobody and take writes. Does nothing where it does so already. */
	void lead() {
		if (!"master".equals(role().get(0))) {
			replicaOf("NO", "ONE");
		}
	}

	/** Let it be the replica of the other one. Does nothing where it is. */
	void follow(RedisServer primary) {
		if (!isFollowing(role(), primary)) {
			replicaOf(primary.host, String.valueOf(primary.port));
		}
	}

	/** Whether it has all that the other one has, and gets what comes. */
	boolean isInSyncWith(RedisServer primary) {
		List<Object> role = role();
		return isFollowing(role, primary) && "connected".equals(role.get(3));
	}

	Position position() {
		try (Jedis jedis = jedis()) {
			List<String> fence = jedis.hmget(Fence.KEY, Fence.TOKEN, Fence.WRITES);
			return new Position(number(fence.get(0)), number(fence.get(1)));
		}
	}

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

	HostAndPort address() {
		return new HostAndPort(this.host, this.port);
	}

	/**
	 * A connection must not outlive the role in which it was made: what it has written
	 * may be gone with the role, and {@code WAIT} would count what is there instead.
	 */
	private void replicaOf(String host, String port) {
		try (Connection connection = new Connection(address(), CONFIG)) {
			connection.sendCommand(Command.MULTI);
			connection.sendCommand(Command.REPLICAOF, host, port);
			connection.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");
			connection.sendCommand(Command.EXEC);
			for (Object reply : connection.getMany(4)) {
				if (reply instanceof JedisDataException refusal) {
					throw refusal;
				}
			}
		}
	}

	private List<Object> role() {
		try (Jedis jedis = jedis()) {
			return jedis.role();
		}
	}

	private Jedis jedis() {
		return new Jedis(address(), CONFIG);
	}

	private static boolean isFollowing(List<Object> role, RedisServer primary) {
		return "slave".equals(role.get(0)) && primary.host.equals(role.get(1))
				&& Long.valueOf(primary.port).equals(role.get(2));
	}

	private static long number(@Nullable String value) {
		return (value != null) ? Long.parseLong(value) : 0;
	}

}
