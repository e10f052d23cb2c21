package io.clustercontroller.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows which files something is mounted on. The error that a rename reports for them is
 * a text in the language of the machine.
 */
final class MountPoints {

	private static final Path TABLE = Path.of("/proc/self/mountinfo");

	private static final int MOUNT_POINT = 4;

	/** How the kernel writes blanks, line feeds and backslashes. */
	private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

	private MountPoints() {
	}

	/** Whether something is mounted on a file; never, where there is no such table. */
	static boolean contain(Path file) throws IOException {
		return Files.isReadable(TABLE) && contain(Files.readString(TABLE), file.toRealPath());
	}

	static boolean contain(String table, Path realPath) {
		return table.lines()
			.map((line) -> OCTAL.matcher(line.split(" ")[MOUNT_POINT]).replaceAll(MountPoints::character))
			.anyMatch(realPath.toString()::equals);
	}

	private static String character(MatchResult octal) {
		String character = Character.toString(Integer.parseInt(octal.group(1), 8));
		return Matcher.quoteReplacement(character);
	}

}
