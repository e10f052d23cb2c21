package io.clustercontroller.benchmarks.failover;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.testing.ChildProcesses;

/**
 * Two contestants of one way, of whom one leads.
 */
final class Contestants implements AutoCloseable {

	private static final long LIMIT_SECONDS = 90;

	private final String way;

	private final String server;

	private final Duration ttl;

	private final BlockingQueue<Elected> elections = new LinkedBlockingQueue<>();

	private final List<Contestants.One> all = new ArrayList<>();

	private One leader;

	Contestants(String way, String server, Duration ttl) {
		this.way = way;
		this.server = server;
		this.ttl = ttl;
		start();
		this.leader = next().who();
		start();
	}

	String way() {
		return this.way;
	}

	private void start() {
		this.all.add(new One());
	}

	/** Let whoever leads give up. */
	HandOver handOver() {
		One before = this.leader;
		before.givesUp.clear();
		before.over.clear();
		before.input.println(ContestantMain.GIVE_UP);
		Elected elected = next();
		if (elected.who() == before) {
			throw new IllegalStateException(this.way + ": who gave up was elected again");
		}
		this.leader = elected.who();
		return new HandOver((elected.at() - take(before.givesUp)) / 1e6, (elected.at() - take(before.over)) / 1e6);
	}

	/** Kill whoever leads. Returns when that was. */
	long kill() {
		long now = System.nanoTime();
		this.leader.process.destroyForcibly();
		this.all.remove(this.leader);
		return now;
	}

	/**
	 * Milliseconds since then until the other one hears of it; another contestant joins.
	 */
	double awaitFailover(long since) {
		Elected elected = next();
		this.leader = elected.who();
		start();
		return (elected.at() - since) / 1e6;
	}

	private Elected next() {
		return take(this.elections);
	}

	private <T> T take(BlockingQueue<T> words) {
		try {
			T word = words.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
			if (word == null) {
				throw new IllegalStateException(this.way + ": no word after " + LIMIT_SECONDS + " s");
			}
			return word;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.all.forEach((one) -> one.process.destroyForcibly());
	}

	private record Elected(One who, long at) {
	}

	private final class One {

		private final Process process;

		private final PrintWriter input;

		private final BlockingQueue<Long> givesUp = new LinkedBlockingQueue<>();

		private final BlockingQueue<Long> over = new LinkedBlockingQueue<>();

		One() {
			List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
					System.getProperty("java.class.path"), ContestantMain.class.getName(), Contestants.this.way,
					Contestants.this.server, String.valueOf(Contestants.this.ttl.toMillis()));
			this.process = ChildProcesses
				.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD));
			this.input = new PrintWriter(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
			Thread reader = new Thread(this::read, "contestant-" + Contestants.this.way);
			reader.setDaemon(true);
			reader.start();
		}

		private void read() {
			try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					if (line.startsWith(ContestantMain.ELECTED)) {
						Contestants.this.elections.add(new Elected(this, number(line)));
					}
					else if (line.startsWith(ContestantMain.GIVES_UP)) {
						this.givesUp.add(number(line));
					}
					else if (line.startsWith(ContestantMain.OVER)) {
						this.over.add(number(line));
					}
				}
			}
			catch (IOException | UncheckedIOException ex) {
				// killed
			}
		}

		private static long number(String line) {
			return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
		}

	}

	/**
	 * How long it took until the other one heard of it, in milliseconds.
	 *
	 * @param total since the call that gives up
	 * @param gap since the leader before has led no more
	 */
	record HandOver(double total, double gap) {
	}

}
