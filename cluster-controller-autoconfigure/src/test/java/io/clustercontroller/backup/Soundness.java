package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What has to hold in the folder of a name at any time, whatever has happened: all that
 * can be seen is complete, and nothing is there that is not known.
 */
final class Soundness {

	private Soundness() {
	}

	/**
	 * Check everything in the folder, to the last byte.
	 * @return the good backups, the oldest first
	 */
	static List<BackupId> check(Path destination, String name) throws IOException {
		BackupFolder folder = BackupFolder.of(destination, name);
		Set<String> checksums = new HashSet<>();
		List<BackupId> good = new ArrayList<>();
		for (Stored backup : folder.list((damaged, reason) -> {
			throw new AssertionError(damaged + ": " + reason);
		})) {
			String sha256 = Digest.of(backup.data(), false).sha256();
			assertThat(sha256).as("%s", backup).isEqualTo(backup.manifest().sha256());
			checksums.add(sha256);
			good.add(backup.id());
		}
		assertThat(Trees.children(folder.path().resolve(BackupFolder.BACKUPS))).as("none is damaged")
			.hasSameSizeAs(good);
		for (Tier tier : Tier.values()) {
			for (Path entry : Trees.children(folder.tier(tier))) {
				assertThat(Digest.of(entry, false).sha256()).as("%s", entry).isIn(checksums);
			}
		}
		Path latest = folder.path().resolve("latest");
		if (Trees.exists(latest)) {
			assertThat(Digest.of(latest.toRealPath(), false).sha256()).as("latest").isIn(checksums);
		}
		return good;
	}

	/** Check that nothing is left over, and that 'latest' is the newest. */
	static void checkTidy(Path destination, String name) throws IOException {
		List<BackupId> good = check(destination, name);
		BackupFolder folder = BackupFolder.of(destination, name);
		assertThat(folder.staging()).isEmptyDirectory();
		assertThat(Files.exists(folder.path().resolve("latest"))).isTrue();
		Set<Path> links = new HashSet<>();
		for (Tier tier : Tier.values()) {
			links.addAll(Trees.children(folder.tier(tier)));
		}
		assertThat(links.stream().map((link) -> link.getFileName().toString()))
			.isSubsetOf(good.stream().map(BackupId::toString).toList());
	}

}
