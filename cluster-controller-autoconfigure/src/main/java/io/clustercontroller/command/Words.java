package io.clustercontroller.command;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Splits a text into words by the rules of a POSIX shell, of which it knows quoting only:
 * nothing is expanded, and operators are words like others.
 */
final class Words {

	/** What a backslash quotes between double quotes. */
	private static final String QUOTED_IN_DOUBLE = "$`\"\\\n";

	private final String text;

	private final List<String> words = new ArrayList<>();

	/** {@code null} between two words; a word may be empty. */
	private @Nullable StringBuilder word;

	private int position;

	private Words(String text) {
		this.text = text;
	}

	static List<String> of(String text) {
		return new Words(text).split();
	}

	private List<String> split() {
		while (this.position < this.text.length()) {
			char next = this.text.charAt(this.position++);
			switch (next) {
				case ' ', '\t', '\n', '\r' -> endWord();
				case '\'' -> singleQuoted();
				case '"' -> doubleQuoted();
				case '\\' -> escaped();
				default -> word().append(next);
			}
		}
		endWord();
		return List.copyOf(this.words);
	}

	private void singleQuoted() {
		int end = this.text.indexOf('\'', this.position);
		if (end < 0) {
			throw notClosed('\'', this.position);
		}
		word().append(this.text, this.position, end);
		this.position = end + 1;
	}

	private void doubleQuoted() {
		int start = this.position;
		StringBuilder word = word();
		while (this.position < this.text.length()) {
			char next = this.text.charAt(this.position++);
			if (next == '"') {
				return;
			}
			if (next == '\\' && this.position < this.text.length()
					&& QUOTED_IN_DOUBLE.indexOf(this.text.charAt(this.position)) >= 0) {
				escaped();
			}
			else {
				word.append(next);
			}
		}
		throw notClosed('"', start);
	}

	/** A backslash joins two lines, and takes any other character as it is. */
	private void escaped() {
		if (this.position == this.text.length()) {
			throw new IllegalArgumentException("the backslash at the end has nothing to follow it");
		}
		char next = this.text.charAt(this.position++);
		if (next != '\n') {
			word().append(next);
		}
	}

	private StringBuilder word() {
		StringBuilder word = this.word;
		if (word == null) {
			word = new StringBuilder();
			this.word = word;
		}
		return word;
	}

	private void endWord() {
		if (this.word != null) {
			this.words.add(this.word.toString());
			this.word = null;
		}
	}

	private static IllegalArgumentException notClosed(char quote, int position) {
		return new IllegalArgumentException("the quote " + quote + " at position " + position + " is not closed");
	}

}
