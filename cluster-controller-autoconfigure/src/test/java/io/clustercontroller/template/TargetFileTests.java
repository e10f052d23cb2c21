package io.clustercontroller.template;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link TargetFile}.
 */
class TargetFileTests {

	@TempDir
	private Path folder;

	private Path model;

	private Path target;

	@BeforeEach
	void createModel() throws IOException {
		this.model = Files.writeString(Files.createDirectory(this.folder.resolve("templates")).resolve("model"), "");
		this.target = Files.createDirectory(this.folder.resolve("conf")).resolve("target");
	}

	@Test
	void newFileHasModeOfItsModel() throws IOException {
		mode(this.model, "rw-r-----");
		replace("new");
		assertThat(this.target).hasContent("new");
		assertThat(mode(this.target)).isEqualTo("rw-r-----");
		assertThat(files()).containsExactly(this.target);
	}

	@Test
	void existingFileKeepsItsMode() throws IOException {
		Files.writeString(this.target, "old");
		mode(this.target, "rwxr-x--x");
		replace("new");
		assertThat(this.target).hasContent("new");
		assertThat(mode(this.target)).isEqualTo("rwxr-x--x");
	}

	@Test
	void existingFileKeepsItsOwner() throws IOException {
		assumeThat(System.getProperty("user.name")).as("only root may give files away").isEqualTo("root");
		Files.writeString(this.target, "old");
		Files.setAttribute(this.target, "unix:uid", 4242);
		Files.setAttribute(this.target, "unix:gid", 4343);
		mode(this.target, "rw-r-----");
		replace("new");
		assertThat(Files.readAttributes(this.target, "unix:uid,gid")).containsEntry("uid", 4242)
			.containsEntry("gid", 4343);
		assertThat(mode(this.target)).isEqualTo("rw-r-----");
	}

	@Test
	void checkSeesTheNewFileBesideTheOldOne() throws IOException {
		Files.writeString(this.target, "old");
		mode(this.target, "rw-r-----");
		AtomicReference<Path> checked = new AtomicReference<>();
		TargetFile.of(this.target).replace(bytes("new"), this.model, (file) -> {
			checked.set(file);
			assertThat(file).hasContent("new").hasParent(this.target.getParent());
			assertThat(mode(file)).isEqualTo("rw-r-----");
			assertThat(this.target).hasContent("old");
		});
		assertThat(checked.get()).doesNotExist();
	}

	@Test
	void failedCheckLeavesNothingBehind() throws IOException {
		Files.writeString(this.target, "old");
		assertThatIllegalStateException()
			.isThrownBy(() -> TargetFile.of(this.target).replace(bytes("new"), this.model, (file) -> {
				throw new IllegalStateException("refused");
			}));
		assertThat(this.target).hasContent("old");
		assertThat(files()).containsExactly(this.target);
	}

	@Test
	void linkStaysAndWhatItPointsToIsReplaced() throws IOException {
		Path real = Files.writeString(Files.createDirectory(this.folder.resolve("real")).resolve("file"), "old");
		Path hop = Files.createSymbolicLink(this.folder.resolve("hop"), Path.of("real/file"));
		Files.createSymbolicLink(this.target, hop);
		replace("new");
		assertThat(this.target).isSymbolicLink().hasContent("new");
		assertThat(real).isRegularFile().hasContent("new");
		assertThat(hop).isSymbolicLink();
	}

	@Test
	void fileThatLinkPointsToIsCreated() throws IOException {
		Files.createSymbolicLink(this.target, Path.of("created"));
		replace("new");
		assertThat(this.target).isSymbolicLink().hasContent("new");
	}

	@Test
	void circleOfLinksIsRefused() throws IOException {
		Files.createSymbolicLink(this.target, this.target);
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> TargetFile.of(this.target))
			.withMessageContaining("no end");
	}

	@Test
	void folderIsRefused() {
		assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> TargetFile.of(this.folder))
			.withMessageContaining("not a regular file");
	}

	@Test
	void missingFolderIsRefused() {
		assertThatExceptionOfType(FileSystemException.class)
			.isThrownBy(() -> TargetFile.of(this.folder.resolve("none/target")))
			.withMessageContainingAll("none", "no such folder");
	}

	@Test
	void knowsItsContent() throws IOException {
		assertThat(TargetFile.of(this.target).has(bytes(""))).isFalse();
		Files.writeString(this.target, "text");
		assertThat(TargetFile.of(this.target).has(bytes("text"))).isTrue();
		assertThat(TargetFile.of(this.target).has(bytes("next"))).isFalse();
		assertThat(TargetFile.of(this.target).has(bytes("longer"))).isFalse();
	}

	@Test
	void replacesInPlace() throws IOException {
		Files.writeString(this.target, "old and longer");
		Object inode = Files.getAttribute(this.target, "unix:ino");
		TargetFile.of(this.target).replaceInPlace(bytes("new"));
		assertThat(this.target).hasContent("new");
		assertThat(Files.getAttribute(this.target, "unix:ino")).isEqualTo(inode);
	}

	@Test
	void findsMountPointsInTheTable() {
		String table = """
				22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
				63 22 254:0 /srv/a /etc/nginx/nginx.conf rw,relatime - ext4 /dev/vda rw
				64 22 254:0 /srv/b /etc/my\\040own\\134file rw,relatime shared:1 - ext4 /dev/vda rw
				""";
		assertThat(MountPoints.contain(table, Path.of("/etc/nginx/nginx.conf"))).isTrue();
		assertThat(MountPoints.contain(table, Path.of("/etc/my own\\file"))).isTrue();
		assertThat(MountPoints.contain(table, Path.of("/etc/nginx"))).isFalse();
		assertThat(MountPoints.contain(table, Path.of("/srv/a"))).isFalse();
	}

	/**
	 * In a mount namespace of its own, since no test may mount anything for the others.
	 */
	@Test
	void mountedFileIsReplacedInPlace() throws Exception {
		assumeThat(run("unshare", "-m", "true")).as("this user may mount").isZero();
		Path outside = Files.writeString(this.folder.resolve("outside"), "old and longer");
		Files.writeString(this.target, "hidden");
		assertThat(run("unshare", "-m", "sh", "-c", "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"",
				outside.toString(), this.target.toString(),
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Replacing.class.getName(), this.target.toString(),
				this.model.toString()))
			.isZero();
		assertThat(outside).hasContent("new");
		assertThat(this.target).hasContent("hidden");
		assertThat(files()).containsExactly(this.target);
	}

	private static int run(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).inheritIO().start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			return process.exitValue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private void replace(String content) throws IOException {
		TargetFile.of(this.target).replace(bytes(content), this.model, (file) -> {
		});
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.target.getParent())) {
			return files.toList();
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void mode(Path file, String mode) throws IOException {
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
	}

	private static String mode(Path file) {
		try {
			return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Replaces the file given, in a process of its own. */
	public static final class Replacing {

		private Replacing() {
		}

		public static void main(String[] args) throws IOException {
			TargetFile.of(Path.of(args[0])).replace(bytes("new"), Path.of(args[1]), (file) -> {
			});
		}

	}

}
