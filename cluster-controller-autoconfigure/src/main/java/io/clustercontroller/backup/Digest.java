package io.clustercontroller.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum of a file, or of a folder with all that it contains: names, kinds, targets
 * of links and contents, but no modes and times.
 *
 * @param sha256 of the file; of a folder, that of its lines
 * @param size in bytes, of all files
 * @param files a line for each file, as {@code sha256sum} writes and checks them
 */
record Digest(String sha256, long size, String files) {

	private static final int BLOCK = 1 << 20;

	/**
	 * Read a file or folder to the end. An interrupt ends it.
	 * @param durable whether it also has to be on disk afterwards, and not just in memory
	 */
	static Digest of(Path path, boolean durable) throws IOException {
		Reader reader = new Reader(path, durable);
		if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
			for (Path entry : Trees.list(path)) {
				reader.add(entry);
			}
			reader.sync(path);
			return new Digest(hex(algorithm().digest(bytes(reader.lines))), reader.size, reader.files.toString());
		}
		String sha256 = reader.addFile(path);
		return new Digest(sha256, reader.size, reader.files.toString());
	}

	private static byte[] bytes(CharSequence text) {
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static String hex(byte[] digest) {
		return HexFormat.of().formatHex(digest);
	}

	private static MessageDigest algorithm() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JDK has it", ex);
		}
	}

	/** Adds up what it has read. */
	private static final class Reader {

		private final Path root;

		private final boolean durable;

		private final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);

		private final StringBuilder lines = new StringBuilder();

		private final StringBuilder files = new StringBuilder();

		private long size;

		Reader(Path root, boolean durable) {
			this.root = root;
			this.durable = durable;
		}

		void add(Path entry) throws IOException {
			String name = escape(this.root.relativize(entry).toString());
			if (Files.isSymbolicLink(entry)) {
				String target = escape(Files.readSymbolicLink(entry).toString());
				this.lines.append("link ").append(name).append('\n').append(target).append('\n');
			}
			else if (Files.isDirectory(entry)) {
				this.lines.append("folder ").append(name).append('\n');
				sync(entry);
			}
			else {
				this.lines.append("file ").append(name).append(' ').append(addFile(entry)).append('\n');
			}
		}

		String addFile(Path file) throws IOException {
			if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
				throw new FileSystemException(file.toString(), null, "it is neither a file nor a folder nor a link");
			}
			String sha256 = read(file);
			String name = this.root.resolveSibling("").relativize(file).toString();
			String escaped = escape(name);
			this.files.append(escaped.equals(name) ? "" : "\\")
				.append(sha256)
				.append("  ")
				.append(escaped)
				.append('\n');
			return sha256;
		}

		private String read(Path file) throws IOException {
			MessageDigest digest = algorithm();
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
				while (channel.read(this.buffer.clear()) >= 0) {
					this.size += this.buffer.position();
					digest.update(this.buffer.flip());
				}
			}
			sync(file);
			return hex(digest.digest());
		}

		private void sync(Path entry) throws IOException {
			if (this.durable) {
				Trees.sync(entry);
			}
		}

		/** As sha256sum does. */
		private static String escape(String name) {
			return name.replace("\\", "\\\\").replace("\n", "\\n");
		}

	}

}
