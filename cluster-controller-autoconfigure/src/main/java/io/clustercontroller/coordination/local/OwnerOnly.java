package io.clustercontroller.coordination.local;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What keeps other users of the machine out, where the file system has permissions.
 */
final class OwnerOnly {

	private static final FileAttribute<?>[] NONE = {};

	private OwnerOnly() {
	}

	static FileAttribute<?>[] file(Path path) {
		return permissions(path, "rw-------");
	}

	static FileAttribute<?>[] folder(Path path) {
		return permissions(path, "rwx------");
	}

	static boolean isPosix(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

	private static FileAttribute<?>[] permissions(Path path, String permissions) {
		return isPosix(path) ? new FileAttribute<?>[] {
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) } : NONE;
	}

}
