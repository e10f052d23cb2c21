package io.clustercontroller.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.clustercontroller.testing.Waits;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a command writes arrives, all of it and in order.
 */
class OutputTests {

	private final Commands commands = new Commands();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.commands.close();
	}

	@Test
	void bothStreamsAreReadAtTheSameTime() {
		AtomicInteger out = new AtomicInteger();
		AtomicInteger err = new AtomicInteger();
		RunningCommand running = this.commands.start(
				TestCommands.shell("seq 1 200000 & seq 1 200000 >&2 & wait; seq 1 1000; seq 1 1000 >&2"),
				new Output.Lines((line) -> out.incrementAndGet(), (line) -> err.incrementAndGet()));
		end(running);
		assertThat(out).hasValue(201000);
		assertThat(err).hasValue(201000);
	}

	@Test
	void standardErrorAloneFillsNoPipe() {
		AtomicLong err = new AtomicLong();
		RunningCommand running = this.commands.start(
				TestCommands.shell("head -c 1000000 /dev/zero | tr '\\0' '\\n' >&2"),
				new Output.Lines(this.lines::add, (line) -> err.incrementAndGet()));
		end(running);
		assertThat(err).hasValue(1_000_000);
		assertThat(this.lines).isEmpty();
	}

	@Test
	void oneStreamThatIsNotTakenDoesNotHoldUpTheOther() {
		Object gate = new Object();
		AtomicInteger out = new AtomicInteger();
		synchronized (gate) {
			RunningCommand running = this.commands.start(TestCommands.shell("echo stuck >&2; seq 1 100000; sleep 1000"),
					new Output.Lines((line) -> out.incrementAndGet(), (line) -> {
						synchronized (gate) {
							this.lines.add(line);
						}
					}));
			await(() -> out.get() == 100000);
			assertThat(this.lines).isEmpty();
			running.stop(TestCommands.LIMIT);
		}
		await(() -> this.lines.contains("stuck"));
	}

	@Test
	void mergedLinesAreInOrder() {
		RunningCommand running = this.commands.start(
				TestCommands
					.shell("i=0; while [ $i -lt 3000 ]; do echo $((i += 1)); echo $((i += 1)) >&2; done; printf end"),
				new Output.MergedLines(this.lines::add));
		end(running);
		assertThat(this.lines.remove(this.lines.size() - 1)).isEqualTo("end");
		assertThat(this.lines).isEqualTo(IntStream.rangeClosed(1, 3000).mapToObj(String::valueOf).toList());
	}

	@Test
	void whatTheBackgroundWritesAfterTheExitIsRead(@TempDir Path directory) throws IOException {
		Path signal = directory.resolve("signal");
		String await = "until [ -e '" + signal + "' ]; do sleep 0.01; done; ";
		RunningCommand running = this.commands.start(
				TestCommands.shell("(" + await + "seq 1 20000) & (" + await + "seq 1 20000 >&2) & "),
				new Output.Lines(this.lines::add, this.lines::add));
		assertThat(TestCommands.get(running.exited())).isZero();
		assertThat(this.lines).isEmpty();
		Files.createFile(signal);
		await(() -> this.lines.size() == 40000);
		end(running);
	}

	@Test
	void whatIsWrittenInTheEndIsRead() {
		RunningCommand running = this.commands.start(
				TestCommands.shell("trap 'seq 1 20000; exit 7' TERM; echo 0; while :; do sleep 0.01; done 2>/dev/null"),
				new Output.Lines(this.lines::add, (line) -> {
				}));
		await(() -> this.lines.contains("0"));
		running.stop(TestCommands.LIMIT);
		TestCommands.get(running.ended());
		assertThat(TestCommands.get(running.exited())).isEqualTo(7);
		assertThat(this.lines).hasSize(20001).endsWith("20000");
	}

	@Test
	void lineWithoutEndComesInPieces() {
		AtomicLong length = new AtomicLong();
		AtomicInteger longest = new AtomicInteger();
		RunningCommand running = this.commands.start(TestCommands.shell("head -c 100000000 /dev/zero | tr '\\0' 'x'"),
				new Output.MergedLines((piece) -> {
					length.addAndGet(piece.length());
					longest.accumulateAndGet(piece.length(), Math::max);
				}));
		end(running);
		assertThat(length).hasValue(100_000_000);
		assertThat(longest).hasValue(LineSplitter.LIMIT);
	}

	@Test
	void nothingIsLostOfWhoEndsAtOnce() throws InterruptedException {
		Command command = TestCommands.of("seq", "1", "2000");
		for (int i = 0; i < 200; i++) {
			AtomicInteger count = new AtomicInteger();
			this.commands.run(command, TestCommands.LIMIT, (line) -> count.incrementAndGet());
			assertThat(count).hasValue(2000);
		}
	}

	@Test
	void readingGoesOnWhenALineIsNotTaken() throws InterruptedException {
		CommandResult result = this.commands.run(TestCommands.of("seq", "1", "100000"), TestCommands.LIMIT, (line) -> {
			this.lines.add(line);
			if (this.lines.size() == 5) {
				throw new AssertionError("on purpose");
			}
			if (this.lines.size() < 10) {
				throw new IllegalStateException("on purpose");
			}
			this.lines.remove(0);
		});
		assertThat(result.isSuccess()).isTrue();
		assertThat(this.lines).hasSize(9).endsWith("100000");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void whyALineIsNotTakenIsLogged(CapturedOutput log) throws InterruptedException {
		Pattern greedy = Pattern.compile("(a|b)*c");
		this.commands.run(TestCommands.shell("head -c 16000 /dev/zero | tr '\\0' 'a'; echo; echo last"),
				TestCommands.LIMIT, (line) -> {
					greedy.matcher(line).matches();
					this.lines.add(line);
				});
		assertThat(this.lines).containsExactly("last");
		assertThat(log).containsOnlyOnce("a line was not taken").contains("StackOverflowError");
	}

	@Test
	void slowConsumerLosesNothingAtTheEnd() throws InterruptedException {
		this.commands.run(TestCommands.of("seq", "1", "3"), TestCommands.LIMIT, (line) -> {
			Waits.letPass(Duration.ofMillis(1200));
			this.lines.add(line);
		});
		assertThat(this.lines).containsExactly("1", "2", "3");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void consumerThatStaysAwayIsNotWaitedFor(CapturedOutput log) throws InterruptedException {
		CountDownLatch never = new CountDownLatch(1);
		RunningCommand running = this.commands.start(TestCommands.of("seq", "1", "3"),
				new Output.MergedLines((line) -> {
					try {
						never.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}));
		end(running);
		assertThat(log).contains("'seq-output' of it does not end").contains("lines that were written are lost");
		never.countDown();
	}

	@Test
	void outputIsAppendedToAFile(@TempDir Path directory) throws IOException {
		Path file = directory.resolve("log");
		for (int i = 0; i < 2; i++) {
			end(this.commands.start(TestCommands.shell("echo out; echo err >&2"), new Output.ToFile(file)));
		}
		assertThat(Files.readAllLines(file)).containsExactly("out", "err", "out", "err");
	}

	@Test
	void threadsHaveTheNameOfTheProgram() {
		List<String> names = new CopyOnWriteArrayList<>();
		end(this.commands.start(TestCommands.of("/bin/sh", "-c", "echo x; echo x >&2"),
				new Output.Lines((line) -> names.add(Thread.currentThread().getName()),
						(line) -> names.add(Thread.currentThread().getName()))));
		assertThat(names).containsExactlyInAnyOrder("sh-stdout", "sh-stderr");
	}

	private static void end(RunningCommand running) {
		TestCommands.get(running.exited());
		running.stop(TestCommands.LIMIT);
		TestCommands.get(running.ended());
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().pollInterval(Duration.ofMillis(5)).atMost(TestCommands.LIMIT).until(condition);
	}

}
