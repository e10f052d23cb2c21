package io.clustercontroller.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.clustercontroller.testing.ClusterProcess;
import io.clustercontroller.testing.Fact;
import io.clustercontroller.testing.JobWitness;
import org.jspecify.annotations.Nullable;

/**
 * An instance of the sample and its successors on the same host: what an orchestrator
 * calls a replica. Used by the thread of the campaign only.
 */
final class Instance {

	static final String LIFE = "CAMPAIGN_LIFE";

	private static final String APPLICATION = "io.clustercontroller.sample.SampleApplication";

	/** Longer than the stop timeout of the starter and the end of its service. */
	private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

	private final String place;

	private final Path folder;

	private final UnaryOperator<ClusterProcess.Builder> settings;

	private final List<Life> ended = new ArrayList<>();

	private final List<Tick> ticks = new ArrayList<>();

	private @Nullable ClusterProcess process;

	private long startedAt;

	private int number;

	private boolean frozen;

	private boolean leaving;

	/**
	 * @param folder where it keeps its files
	 * @param settings of its processes
	 */
	Instance(String place, Path folder, UnaryOperator<ClusterProcess.Builder> settings) {
		this.place = place;
		this.folder = folder;
		try {
			Files.createDirectories(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.settings = settings;
	}

	String place() {
		return this.place;
	}

	/** The name of the present process, or of the last one. */
	String life() {
		return this.place + this.number;
	}

	/** Start another process; does not wait. */
	void start() {
		this.number++;
		this.startedAt = System.nanoTime();
		ClusterProcess.Builder builder = ClusterProcess.builder()
			.application(APPLICATION)
			.property("spring.main.sources", JobWitness.class.getName())
			.property(JobWitness.FILE, rows().toString())
			.property("sample.folder", this.folder.toString())
			.property("server.port", "0")
			.variable(LIFE, life());
		this.process = this.settings.apply(builder).start();
	}

	boolean isRunning() {
		return this.process != null && this.process.isAlive();
	}

	/** Whether it runs, stands not still, and was not asked to end. */
	boolean isFree() {
		return isRunning() && !this.frozen && !this.leaving;
	}

	boolean isMaster() {
		return isFree() && process().isMaster();
	}

	/** Whether it has become active and has not said otherwise since. */
	boolean isActive() {
		if (!isFree()) {
			return false;
		}
		List<Fact> facts = process().events();
		for (int i = facts.size() - 1; i >= 0; i--) {
			switch (facts.get(i).type()) {
				case "BecameActiveEvent" -> {
					return true;
				}
				case "NoLongerActiveEvent", "StoppingEvent" -> {
					return false;
				}
				default -> {
				}
			}
		}
		return false;
	}

	void kill() {
		process().kill();
		end("SIGKILL");
	}

	/** Ask it to end; does not wait. */
	void terminate() {
		process().terminate();
		this.leaving = true;
	}

	/** Wait for the end that it was asked for. */
	void awaitEnd() {
		end("SIGTERM, exit code " + process().waitFor(STOP_LIMIT));
	}

	void freeze() {
		process().freeze();
		this.frozen = true;
	}

	void thaw() {
		if (isRunning()) {
			process().thaw();
		}
		this.frozen = false;
	}

	void stepDown() {
		process().stepDown();
	}

	ClusterProcess.Resources resources() {
		return process().resources();
	}

	/** Note an end that nobody has asked for. Returns whether there was one. */
	boolean noteEnd() {
		if (this.process == null || this.leaving || this.process.isAlive()) {
			return false;
		}
		end("by itself, exit code " + this.process.waitFor(STOP_LIMIT));
		return true;
	}

	/** What was printed by the process that has ended last or that runs. */
	String output() {
		return (this.process != null) ? this.process.output() : "";
	}

	private void end(String how) {
		ClusterProcess process = process();
		this.frozen = false;
		this.leaving = false;
		this.ended.add(life(process, System.nanoTime(), how));
		this.ticks.addAll(readTicks());
		try {
			Files.writeString(this.folder.resolve(life() + ".log"), process.output());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		process.close();
		this.process = null;
	}

	/** All processes there have been, with what they have written. */
	List<Life> lives() {
		List<Life> lives = new ArrayList<>(this.ended);
		if (this.process != null) {
			lives.add(life(this.process, Long.MAX_VALUE, ""));
		}
		return lives;
	}

	List<Tick> ticks() {
		List<Tick> all = new ArrayList<>(this.ticks);
		if (this.process != null) {
			all.addAll(readTicks());
		}
		return all;
	}

	void close() {
		if (this.process != null) {
			end("at the end");
		}
	}

	private Life life(ClusterProcess process, long endedAt, String how) {
		List<Fact> facts = process.timeline();
		String id = facts.stream()
			.filter((fact) -> fact.kind() == Fact.Kind.REFRESHED)
			.map((fact) -> fact.detail("instanceId"))
			.findFirst()
			.orElse("");
		return new Life(life(), this.place, id, this.startedAt, endedAt, how, facts);
	}

	private List<Tick> readTicks() {
		Path rows = rows();
		if (!Files.exists(rows)) {
			return List.of();
		}
		try {
			return Files.readAllLines(rows).stream().map((line) -> {
				String[] fields = line.split(" ");
				return new Tick(life(), Long.parseLong(fields[0]), Long.parseLong(fields[3]),
						Long.parseLong(fields[2]));
			}).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path rows() {
		return this.folder.resolve(life() + ".rows");
	}

	private ClusterProcess process() {
		if (this.process == null) {
			throw new IllegalStateException("The instance " + this.place + " does not run");
		}
		return this.process;
	}

}
