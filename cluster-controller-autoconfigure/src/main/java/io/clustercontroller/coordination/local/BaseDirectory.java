package io.clustercontroller.coordination.local;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.regex.Pattern;

import io.clustercontroller.coordination.CoordinationException;
import io.clustercontroller.coordination.CoordinationRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The folder that all instances share, with a folder for each environment in it, and one
 * for each service in those. It must belong to the user alone: whoever can write to it
 * can make anybody master.
 */
final class BaseDirectory {

	private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

	/** What the system says if trying again does not help. */
	private static final Pattern HOPELESS = Pattern.compile(
			"not a directory|read-only|not permitted|no locks available|not implemented|not supported",
			Pattern.CASE_INSENSITIVE);

	private final Path directory;

	private @Nullable Path verified;

	BaseDirectory(Path directory) {
		this.directory = directory.toAbsolutePath().normalize();
	}

	/** The user's own folder among the temporary files. */
	static Path standard() {
		String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
		return Path.of(System.getProperty("java.io.tmpdir"), "cluster-controller-" + user);
	}

	static boolean isSegment(String name) {
		return SEGMENT.matcher(name).matches();
	}

	/** The folder of a service, whether there is one or not. */
	Path service(String environment, String service) {
		if (!isSegment(environment) || !isSegment(service)) {
			throw new CoordinationException(
					"No names of an environment and a service: '%s', '%s'".formatted(environment, service), null);
		}
		return this.directory.resolve(environment).resolve(service);
	}

	boolean exists() {
		return Files.exists(this.directory);
	}

	/**
	 * Create the directory if need be and see that nobody else can write to it.
	 * @return its real path
	 */
	Path prepare() throws IOException {
		Files.createDirectories(this.directory, OwnerOnly.folder(this.directory));
		Path real = this.directory.toRealPath();
		if (!real.equals(this.verified)) {
			verify(real);
			this.verified = real;
		}
		return real;
	}

	private void verify(Path real) throws IOException {
		Path sample = Files.createTempFile(real, ".owner", null);
		UserPrincipal self;
		try {
			self = Files.getOwner(sample, LinkOption.NOFOLLOW_LINKS);
		}
		finally {
			Files.deleteIfExists(sample);
		}
		if (!OwnerOnly.isPosix(real)) {
			return;
		}
		// The path itself too: a link that somebody else has put there leads where he
		// likes.
		for (Path path : new Path[] { this.directory, real }) {
			UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
			if (!owner.equals(self)) {
				throw refused("it belongs to '%s', not to '%s'".formatted(owner.getName(), self.getName()), null);
			}
		}
		if (Files.getPosixFilePermissions(real).contains(PosixFilePermission.OTHERS_WRITE)) {
			throw refused("everybody on this machine can write to it", null);
		}
	}

	/**
	 * What it means for the user that the directory or something in it cannot be used.
	 */
	CoordinationException translate(IOException ex) {
		boolean hopeless = ex instanceof AccessDeniedException || ex instanceof FileAlreadyExistsException
				|| ex instanceof NotDirectoryException
				|| (ex.getMessage() != null && HOPELESS.matcher(ex.getMessage()).find());
		return hopeless ? refused(reason(ex), ex)
				: new CoordinationException("Cannot use the folder '%s': %s".formatted(this.directory, reason(ex)), ex);
	}

	private CoordinationRefusedException refused(String reason, @Nullable Throwable cause) {
		return new CoordinationRefusedException("The folder '%s' cannot be used: %s".formatted(this.directory, reason),
				"Set 'cluster-controller.local.directory' to a folder that belongs to the user '%s' alone, or to one that does not exist yet and that this user can create."
					.formatted(System.getProperty("user.name")),
				cause);
	}

	/** Some exceptions of the file system have nothing but the path as their message. */
	private static String reason(IOException ex) {
		return ex.getClass().getSimpleName().replace("Exception", "") + ": " + ex.getMessage();
	}

	@Override
	public String toString() {
		return this.directory.toString();
	}

}
