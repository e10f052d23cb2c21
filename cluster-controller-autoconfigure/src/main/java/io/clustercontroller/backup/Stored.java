package io.clustercontroller.backup;

import java.nio.file.Path;

/**
 * A backup as it lies in its folder.
 *
 * @param home the folder that holds its data and its manifest
 */
record Stored(BackupId id, Path home, Manifest manifest) {

	/** The file or folder that was backed up. */
	Path data() {
		return this.home.resolve(this.manifest.data());
	}

	/** What it is called in the folders of the tiers. */
	String fileName() {
		return this.id + this.manifest.extension();
	}

}
