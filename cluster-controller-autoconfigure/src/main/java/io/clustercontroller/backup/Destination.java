package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.clustercontroller.coordination.Names;
import org.jspecify.annotations.Nullable;

/**
 * Where all backups go, and whether it is fit for another one.
 *
 * @param marker a file in it without which it is not what it should be
 */
record Destination(Path path, @Nullable String marker) {

	/** Room for what grows meanwhile, for manifests and folders. */
	private static final double HEADROOM = 1.1;

	BackupFolder folder(String name) {
		return BackupFolder.of(this.path, name);
	}

	/** The names of which there are backups. */
	List<String> names() throws IOException {
		return Trees.children(this.path)
			.stream()
			.filter(BackupFolder::isOne)
			.map((folder) -> folder.getFileName().toString())
			.filter(Names::isValid)
			.toList();
	}

	/**
	 * Make it ready.
	 * @throws IOException if nothing should be written there, and why
	 */
	void prepare() throws IOException {
		if (this.marker != null) {
			if (!Files.exists(this.path.resolve(this.marker))) {
				throw new IOException("'" + this.path.resolve(this.marker)
						+ "' is not there, so the volume does not seem " + "to be mounted");
			}
			return;
		}
		if (!Files.isDirectory(this.path)) {
			Path parent = this.path.getParent();
			if (parent != null) {
				Files.createDirectories(parent);
			}
			Trees.createFolder(this.path);
		}
	}

	/**
	 * Look whether there is space for another backup like the newest one.
	 * @param copies how many times its data will be there
	 */
	void checkSpace(Optional<Stored> newest, int copies) throws IOException {
		long wanted = newest.map((backup) -> (long) (backup.manifest().size() * HEADROOM) * copies).orElse(0L);
		long usable = Files.getFileStore(this.path).getUsableSpace();
		if (usable < wanted) {
			throw new IOException("there are %s free in '%s', and another backup like the last one needs %s"
				.formatted(Progress.bytes(usable), this.path, Progress.bytes(wanted)));
		}
	}

}
