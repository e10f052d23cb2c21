package io.clustercontroller.examples.redis;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.clustercontroller.examples.redis.RedisMaster.Acknowledged;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A client that writes one number after the other, none of them twice, and remembers
 * which were acknowledged.
 */
final class Writer implements AutoCloseable {

	static final String LIST = "numbers";

	/** There is a failover to be seen, not how fast Redis is. */
	private static final Duration PAUSE = Duration.ofMillis(1);

	private static final AtomicLong numbers = new AtomicLong();

	private final Function<String[], Acknowledged> redis;

	private final Queue<Write> acknowledged = new ConcurrentLinkedQueue<>();

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicInteger fenced = new AtomicInteger();

	private final Thread thread = new Thread(this::run, "writer");

	private volatile boolean closed;

	Writer(Function<String[], Acknowledged> redis) {
		this.redis = redis;
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/** What was acknowledged, in the order in which it was. */
	Queue<Write> acknowledged() {
		return this.acknowledged;
	}

	/** How many writes were refused, or not acknowledged. */
	int failures() {
		return this.failures.get();
	}

	/** How many were refused because of their token. */
	int fenced() {
		return this.fenced.get();
	}

	private void run() {
		while (!this.closed) {
			long number = numbers.incrementAndGet();
			long begun = System.nanoTime();
			try {
				Acknowledged answer = this.redis.apply(new String[] { "RPUSH", LIST, String.valueOf(number) });
				this.acknowledged.add(new Write(number, answer.token(), begun, System.nanoTime()));
			}
			catch (NotAcknowledgedException | JedisDataException ex) {
				this.failures.incrementAndGet();
				if (String.valueOf(ex.getMessage()).startsWith("FENCED")) {
					this.fenced.incrementAndGet();
				}
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.thread.join(10_000);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * One that was acknowledged.
	 *
	 * @param number what was written
	 * @param token the token it was written with
	 * @param begun when it was sent, in nanoseconds of this JVM
	 * @param ended when it was acknowledged
	 */
	record Write(long number, long token, long begun, long ended) {
	}

}
