package io.clustercontroller.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds the file to execute for a command, or says why there is none.
 */
final class Program {

	/** Where programs are if the environment does not say it. */
	private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

	/** What only a shell understands, as a first word. */
	private static final Set<String> BUILT_IN = Set.of(".", ":", "alias", "cd", "eval", "exec", "export", "if", "for",
			"read", "readonly", "set", "shift", "source", "trap", "ulimit", "umask", "unset", "until", "wait", "while",
			"{", "(", "!");

	/** What only a shell understands, among the words. */
	private static final Set<String> OPERATORS = Set.of("&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1");

	private static final boolean WINDOWS = File.separatorChar == '\\';

	private Program() {
	}

	/**
	 * The program of a command, once it is certain that it can be run in its directory.
	 * @throws CommandException if it cannot
	 */
	static String of(Command command) {
		if (command.words().isEmpty() || command.words().get(0).isBlank()) {
			throw new CommandException("the command is empty", "Name a program and its arguments.", null);
		}
		String word = command.words().get(0);
		Path directory = directory(command);
		try {
			return isPath(word) ? byPath(word, directory, command) : byName(word, directory, command);
		}
		catch (InvalidPathException ex) {
			throw new CommandException("the program '" + word + "' cannot be the name of a file",
					"Correct the first word of the command.", ex);
		}
	}

	/** The file of a program that this JVM uses itself; the name if there is none. */
	static String ofMachine(String name) {
		Path found = search(name, Path.of("").toAbsolutePath(), path(System.getenv()));
		return (found != null) ? found.toString() : name;
	}

	private static Path directory(Command command) {
		Path directory = command.directory();
		if (directory == null) {
			return Path.of("").toAbsolutePath();
		}
		if (!Files.exists(directory)) {
			throw new CommandException(
					"the directory '" + directory + "' of the command '" + command.words().get(0) + "' does not exist",
					"Create it, or name another one.", null);
		}
		if (!Files.isDirectory(directory)) {
			throw new CommandException(
					"the directory '" + directory + "' of the command '" + command.words().get(0) + "' is a file",
					"Name a directory.", null);
		}
		if (!Files.isExecutable(directory)) {
			throw new CommandException("the directory '" + directory + "' of the command '" + command.words().get(0)
					+ "' may not be entered by this user", "Allow it (chmod +x), or name another one.", null);
		}
		return directory.toAbsolutePath();
	}

	private static boolean isPath(String word) {
		return word.indexOf('/') >= 0 || word.indexOf(File.separatorChar) >= 0;
	}

	private static String byPath(String word, Path directory, Command command) {
		Path file = directory.resolve(word);
		String where = file.toString().equals(word) ? "" : " (" + file.normalize() + ")";
		if (!Files.exists(file)) {
			String shown = shown(word);
			throw new CommandException(
					"the program '" + shown + "'" + (shown.equals(word) ? where : "") + " does not exist",
					orShell(command, "Correct the path, or install the program."), null);
		}
		if (Files.isDirectory(file)) {
			throw new CommandException("the program '" + word + "'" + where + " is a directory",
					"Name a program in it.", null);
		}
		if (!Files.isExecutable(file)) {
			throw notExecutable(word, file);
		}
		return word;
	}

	private static String byName(String word, Path directory, Command command) {
		String path = path(command.environment());
		Path found = search(word, directory, path);
		if (found == null) {
			throw new CommandException(
					"the program '" + shown(word) + "' is in none of the folders of PATH (" + path + ")",
					orShell(command, "Correct the name, install the program, or give its whole path."), null);
		}
		if (!Files.isExecutable(found)) {
			throw notExecutable(word, found);
		}
		return found.toString();
	}

	/**
	 * The first file of this name that may be executed, else the first one.
	 */
	private static @Nullable Path search(String name, Path directory, String path) {
		Path second = null;
		for (String folder : path.split(File.pathSeparator)) {
			for (String ending : WINDOWS ? List.of("", ".exe", ".cmd", ".bat") : List.of("")) {
				// an empty folder is the one where the command runs
				Path file = directory.resolve(folder).resolve(name + ending);
				if (Files.isRegularFile(file)) {
					if (Files.isExecutable(file)) {
						return file;
					}
					second = (second != null) ? second : file;
				}
			}
		}
		return second;
	}

	private static String path(Map<String, String> environment) {
		String path = environment.get("PATH");
		if (path == null) {
			path = environment.get("Path"); // as Windows writes it
		}
		return (path != null) ? path : USUAL_PATH;
	}

	private static CommandException notExecutable(String word, Path file) {
		return new CommandException(
				"the program '" + word + "' may not be executed by this user"
						+ (file.toString().equals(word) ? "" : " (" + file.normalize() + ")"),
				"Allow it (chmod +x), and look whether its file system is mounted with noexec.", null);
	}

	/** The word without what may be a secret, where it is more than a program. */
	private static String shown(String word) {
		return word.matches("(?s)\\w+=.*") ? word.substring(0, word.indexOf('=') + 1) + "..." : word;
	}

	private static String orShell(Command command, String remedy) {
		String first = command.words().get(0);
		boolean shell = BUILT_IN.contains(first) || !shown(first).equals(first) || first.indexOf('$') >= 0
				|| first.indexOf('`') >= 0 || first.startsWith("~") || first.indexOf(' ') >= 0
				|| command.words().stream().anyMatch((word) -> OPERATORS.contains(word) || word.startsWith("$"));
		return shell ? "No shell is run, so what only a shell understands does not work; name one: sh -c '"
				+ shown(first) + " ...'." : remedy;
	}

}
