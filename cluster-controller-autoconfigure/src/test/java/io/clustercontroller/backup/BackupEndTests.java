package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.clustercontroller.event.BackupFailedEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who takes backups, and what ends one from outside.
 */
class BackupEndTests {

	private static final String NAME = "data";

	/** Says that it has begun, and never ends. */
	private static final String ENDLESS = "sh -c 'echo part > {output}; echo begun > \"$0\"; sleep 2345.6' ";

	@TempDir
	private Path directory;

	@Test
	void onlyTheMasterTakesBackups() {
		try (BackupInstance master = BackupInstance.start(this.directory);
				BackupInstance slave = BackupInstance.start(this.directory)) {
			assertThat(slave.run(BackupRequest.command(NAME, "touch " + this.directory.resolve("touched"))))
				.isInstanceOf(BackupResult.Skipped.class);
			assertThat(this.directory.resolve("touched")).doesNotExist();
			assertThat(slave.catalog().list(NAME)).isEmpty();
			master.take(NAME, "data");
			assertThat(slave.catalog().newest(NAME)).get().extracting(Backup::size).isEqualTo(4L);
		}
	}

	@Test
	void othersDoIfTheyAreToldTo() {
		try (BackupInstance master = BackupInstance.start(this.directory);
				BackupInstance slave = BackupInstance.start(this.directory, "run-on=slave")) {
			slave.take(NAME, "slave");
			BackupRequest request = BackupRequest.stream(NAME, (stream) -> stream.write('m'));
			assertThat(master.run(request.runOn(RunOn.SLAVE))).isInstanceOf(BackupResult.Skipped.class);
			assertThat(slave.run(request.runOn(RunOn.MASTER))).isInstanceOf(BackupResult.Skipped.class);
			master.take(request.runOn(RunOn.ALL));
			assertThat(slave.latest(NAME)).isEqualTo("m");
		}
	}

	@Test
	void oneInstanceAtATimeTakesBackupsToOneDestination() throws Exception {
		try (BackupInstance one = BackupInstance.start(this.directory, "run-on=all");
				BackupInstance other = BackupInstance.start(this.directory, "run-on=all")) {
			CompletableFuture<Void> end = new CompletableFuture<>();
			CompletableFuture<BackupResult> running = CompletableFuture
				.supplyAsync(() -> one.run(BackupRequest.path(NAME, (path) -> {
					Files.createFile(this.directory.resolve("begun"));
					end.join();
					Files.writeString(path, "data");
				})));
			awaitBegin();
			assertThat(other.run(BackupRequest.stream("another", (stream) -> stream.write('x'))))
				.isEqualTo(new BackupResult.Skipped("another",
						"another instance takes backups to '" + one.folder(NAME).getParent() + "' at this moment"));
			one.take("third", "data");
			end.complete(null);
			assertThat(running.get(30, TimeUnit.SECONDS)).isInstanceOf(BackupResult.Completed.class);
			Awaitility.await()
				.atMost(BackupInstance.LIMIT)
				.until(() -> other.run(BackupRequest.stream("another",
						(stream) -> stream.write('x'))) instanceof BackupResult.Completed);
		}
	}

	@Test
	void aMasterThatStepsDownEndsItsBackup() throws Exception {
		try (BackupInstance master = BackupInstance.start(this.directory);
				BackupInstance slave = BackupInstance.start(this.directory)) {
			master.take(NAME, "good");
			CompletableFuture<BackupResult> running = begin(master, BackupRequest.command(NAME, endless()));
			Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> master.controller().members().size() == 2);
			master.operations().stepDown();
			assertFails(running, "this instance is not the master any more");
			assertThat(master.latest(NAME)).isEqualTo("good");
			assertThat(master.await(BackupFailedEvent.class, NAME).reason()).contains("not the master");
			Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> slave.controller().isMaster());
			slave.clock().advance(Duration.ofHours(1));
			slave.take(NAME, "of the next master");
			assertThat(slave.contents(NAME, "hourly")).containsExactly("good", "of the next master");
		}
	}

	/** Its interrupt is lost, but what it has made is not published. */
	@Test
	void aMasterThatHasSteppedDownPublishesNothing() throws Exception {
		try (BackupInstance master = BackupInstance.start(this.directory);
				BackupInstance slave = BackupInstance.start(this.directory)) {
			CompletableFuture<Void> begun = new CompletableFuture<>();
			CompletableFuture<Void> end = new CompletableFuture<>();
			CompletableFuture<BackupResult> running = CompletableFuture
				.supplyAsync(() -> master.run(BackupRequest.path(NAME, (path) -> {
					begun.complete(null);
					end.join();
					Thread.interrupted();
					Files.writeString(path, "late");
				})));
			begun.get(30, TimeUnit.SECONDS);
			Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> master.controller().members().size() == 2);
			master.operations().stepDown();
			Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> slave.controller().isMaster());
			end.complete(null);
			assertFails(running, "this instance is not the master any more");
			assertThat(master.catalog().list(NAME)).isEmpty();
		}
	}

	@Test
	void aStopEndsTheBackupWithinItsTime() throws Exception {
		BackupInstance instance = BackupInstance.start(this.directory);
		CompletableFuture<BackupResult> running;
		try (instance) {
			instance.take(NAME, "good");
			running = begin(instance, BackupRequest.command(NAME, endless()));
		}
		assertFails(running, "this instance is not the master any more");
		assertThat(ProcessHandle.allProcesses()
			.filter((process) -> process.info().commandLine().orElse("").contains("sleep 2345.6"))).isEmpty();
		assertThat(instance.latest(NAME)).isEqualTo("good");
		Soundness.checkTidy(instance.folder(NAME).getParent(), NAME);
	}

	@Test
	void anInterruptOfTheCallerEndsTheBackup() throws Exception {
		try (BackupInstance instance = BackupInstance.start(this.directory)) {
			CompletableFuture<Boolean> flag = new CompletableFuture<>();
			Thread caller = new Thread(() -> {
				try {
					instance.run(BackupRequest.command(NAME, endless()));
				}
				catch (BackupException ex) {
					flag.complete(Thread.currentThread().isInterrupted());
				}
			});
			caller.start();
			awaitBegin();
			caller.interrupt();
			assertThat(flag.get(30, TimeUnit.SECONDS)).as("still interrupted").isTrue();
			assertThat(instance.await(BackupFailedEvent.class, NAME).reason())
				.isEqualTo("the thread that waits for it was interrupted");
			Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> instance.entries(NAME, ".staging").isEmpty());
		}
	}

	@Test
	void withoutItsMarkerNothingIsWritten() throws IOException {
		try (BackupInstance instance = BackupInstance.start(this.directory, "require-marker=.mounted")) {
			Path destination = instance.folder(NAME).getParent();
			assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.take(NAME, "data"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("'" + destination.resolve(".mounted")
						+ "' is not there, so the volume does not seem to be " + "mounted"));
			assertThat(destination).doesNotExist();
			Files.createFile(Files.createDirectory(destination).resolve(".mounted"));
			instance.take(NAME, "data");
			assertThat(instance.latest(NAME)).isEqualTo("data");
		}
	}

	@Test
	void oneThatHasShrunkTooMuchIsNotPublished() {
		try (BackupInstance instance = BackupInstance.start(this.directory, "minimum-percent=50")) {
			instance.take(NAME, "0123456789");
			assertThatExceptionOfType(BackupException.class).isThrownBy(() -> instance.take(NAME, "0123"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(
						"what was written has 4 bytes only, which is less than 50 percent of the 10 bytes of the last one"));
			instance.take(NAME, "01234");
		}
	}

	@Test
	void aTierThatIsOffIsNotMade() {
		try (BackupInstance instance = BackupInstance.start(this.directory, "hours-to-keep=0", "days-to-keep=0",
				"weeks-to-keep=0", "months-to-keep=0")) {
			instance.take(NAME, "one");
			instance.take(NAME, "two");
			assertThat(instance.catalog().list(NAME)).singleElement().satisfies((backup) -> {
				assertThat(backup.tiers()).isEmpty();
				assertThat(backup.latest()).isTrue();
			});
			assertThat(instance.folder(NAME).resolve("hourly")).doesNotExist();
			assertThat(instance.latest(NAME)).isEqualTo("two");
		}
	}

	private String endless() {
		return ENDLESS + this.directory.resolve("begun");
	}

	private CompletableFuture<BackupResult> begin(BackupInstance instance, BackupRequest request) {
		CompletableFuture<BackupResult> running = CompletableFuture.supplyAsync(() -> instance.run(request));
		awaitBegin();
		return running;
	}

	private void awaitBegin() {
		Awaitility.await().atMost(BackupInstance.LIMIT).until(() -> Files.exists(this.directory.resolve("begun")));
	}

	private static void assertFails(CompletableFuture<BackupResult> running, String reason) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> running.get(30, TimeUnit.SECONDS))
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOf(BackupException.class)
				.extracting((cause) -> ((BackupException) cause).getReason())
				.isEqualTo(reason));
	}

}
