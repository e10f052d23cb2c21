package io.clustercontroller.cost;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import io.clustercontroller.backup.Backup;
import io.clustercontroller.backup.BackupRequest;
import io.clustercontroller.backup.BackupResult;
import io.clustercontroller.backup.BackupService;
import io.clustercontroller.backup.Tier;
import io.clustercontroller.testing.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What it costs to have a backup in four tiers, beside four copies as
 * docker-cluster-controller makes them. With 2 GB by {@code -Dmeasure.megabytes=2048
 * -Dmeasure.rounds=5}.
 */
class RotationCostTests {

	private static final int MEGABYTES = Integer.getInteger("measure.megabytes", 16);

	private static final int ROUNDS = Integer.getInteger("measure.rounds", 1);

	private static final int MEGABYTE = 1 << 20;

	private static final String NAME = "data";

	private static final String DESTINATION = "backup";

	@TempDir
	private Path directory;

	@Test
	void fourTiersCostOneFile() throws IOException {
		List<Double> checking = new ArrayList<>();
		List<Double> links = new ArrayList<>();
		List<Double> copies = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			take(checking, links);
			copies.add(copy());
		}
		System.out.printf("%d MB, %d rounds, s, median (least-most)%n", MEGABYTES, ROUNDS);
		System.out.printf("  checksum and fsync of the new backup:    %s%n", new Spread(checking).toString(3));
		System.out.printf("  publishing it, 'latest', and four tiers: %s%n", new Spread(links).toString(3));
		System.out.printf("  four copies, neither checked nor synced: %s%n", new Spread(copies).toString(3));
	}

	/** Note how long it takes from written to checked, and from there to the end. */
	private void take(List<Double> checking, List<Double> links) throws IOException {
		try (ConfigurableApplicationContext context = start()) {
			AtomicLong begun = new AtomicLong();
			AtomicLong written = new AtomicLong();
			BackupResult result = context.getBean(BackupService.class).run(BackupRequest.path(NAME, (path) -> {
				begun.set(System.nanoTime());
				write(path);
				written.set(System.nanoTime());
			}));
			long end = System.nanoTime();
			Backup backup = ((BackupResult.Completed) result).backup();
			long checked = begun.get() + backup.duration().toNanos();
			checking.add((checked - written.get()) / 1e9);
			links.add((end - checked) / 1e9);
			assertThat(backup.tiers()).hasSize(Tier.values().length);
			assertThat(Files.getAttribute(backup.path(), "unix:nlink")).as("names of the data, with 'latest'")
				.isEqualTo(2 + Tier.values().length);
		}
		finally {
			FileSystemUtils.deleteRecursively(this.directory.resolve(DESTINATION));
		}
	}

	private ConfigurableApplicationContext start() {
		SpringApplication spring = new SpringApplication(Application.class);
		spring.setWebApplicationType(WebApplicationType.NONE);
		spring.setBannerMode(Banner.Mode.OFF);
		spring.setLogStartupInfo(false);
		List<String> arguments = List.of("--cluster-controller.environment=test", "--cluster-controller.service=web",
				"--cluster-controller.coordinator=local",
				"--cluster-controller.local.directory=" + this.directory.resolve("cluster"),
				"--cluster-controller.backup.destination-folder=" + this.directory.resolve(DESTINATION));
		return spring.run(arguments.toArray(String[]::new));
	}

	/** As the predecessor does: {@code copyfile} into each tier. */
	private double copy() throws IOException {
		Path latest = this.directory.resolve("latest.bin");
		write(latest);
		long begin = System.nanoTime();
		for (Tier tier : Tier.values()) {
			Files.copy(latest, this.directory.resolve(tier + ".bin"));
		}
		double seconds = (System.nanoTime() - begin) / 1e9;
		for (String name : List.of("latest", "HOURLY", "DAILY", "WEEKLY", "MONTHLY")) {
			Files.delete(this.directory.resolve(name + ".bin"));
		}
		return seconds;
	}

	private static void write(Path file) throws IOException {
		byte[] block = new byte[MEGABYTE];
		new Random(1).nextBytes(block);
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
			for (int i = 0; i < MEGABYTES; i++) {
				Arrays.fill(block, 0, Integer.BYTES, (byte) i);
				channel.write(ByteBuffer.wrap(block));
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
