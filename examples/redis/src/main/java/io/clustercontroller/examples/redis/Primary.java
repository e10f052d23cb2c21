package io.clustercontroller.examples.redis;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The server of one mastership, as a client sees it. Every method may be called from any
 * thread; writes wait for each other.
 */
final class Primary implements AutoCloseable {

	private static final String ONE_REPLICA = "1";

	private static final String WAIT_MILLIS = "1000";

	private final RedisServer server;

	private final long token;

	private @Nullable Connection connection;

	Primary(RedisServer server, long token) {
		this.server = server;
		this.token = token;
	}

	RedisServer server() {
		return this.server;
	}

	long token() {
		return this.token;
	}

	/**
	 * Run a command that writes. Returns when both servers have what it has written; 2.5
	 * s later at most it throws.
	 * @return what Redis answers to the command
	 * @throws JedisDataException if Redis refuses it: nothing was written
	 * @throws NotAcknowledgedException if it may have been written, and may be lost
	 */
	synchronized Object write(String... command) {
		List<Object> replies;
		try {
			Connection connection = connect();
			String[] words = Stream
				.concat(Stream.of(Fence.SCRIPT, "1", Fence.KEY, String.valueOf(this.token)), Stream.of(command))
				.toArray(String[]::new);
			connection.sendCommand(Command.EVAL, words);
			connection.sendCommand(Command.WAIT, ONE_REPLICA, WAIT_MILLIS);
			replies = connection.getMany(2);
		}
		catch (JedisException ex) {
			close();
			throw new NotAcknowledgedException(this.server + " does not answer", ex);
		}
		if (replies.get(0) instanceof JedisDataException refusal) {
			throw refusal;
		}
		if (!(replies.get(1) instanceof Long replicas) || replicas < 1) {
			throw new NotAcknowledgedException("The replica of " + this.server + " does not confirm", null);
		}
		return replies.get(0);
	}

	private Connection connect() {
		if (this.connection == null) {
			this.connection = new Connection(this.server.address(), RedisServer.CONFIG);
		}
		return this.connection;
	}

	@Override
	public synchronized void close() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

}
