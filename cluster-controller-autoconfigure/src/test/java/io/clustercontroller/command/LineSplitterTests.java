package io.clustercontroller.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lines are the same wherever the reads begin and end.
 */
class LineSplitterTests {

	private static final int LIMIT = LineSplitter.LIMIT;

	static Stream<Arguments> texts() {
		return Stream.of(Arguments.of("", List.of()), Arguments.of("\n", List.of("")),
				Arguments.of("\r\n", List.of("")), Arguments.of("a", List.of("a")), Arguments.of("a\n", List.of("a")),
				Arguments.of("a\nb", List.of("a", "b")), Arguments.of("a\n\n\nb\n", List.of("a", "", "", "b")),
				Arguments.of("a\r\nb\r\n", List.of("a", "b")), Arguments.of("a\rb\n\rc\n", List.of("a\rb", "\rc")),
				Arguments.of("a\r", List.of("a\r")), Arguments.of("a\r\r\n", List.of("a\r")),
				Arguments.of("\0a\0\n", List.of("\0a\0")), Arguments.of("grün € 😀\n😀", List.of("grün € 😀", "😀")));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void linesAreSplit(String text, List<String> lines) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		for (int read = 1; read <= bytes.length + 1; read++) {
			assertThat(split(bytes, read)).as("in reads of %s", read).isEqualTo(lines);
		}
	}

	@Test
	void invalidBytesLoseNothingElse() {
		byte[] bytes = { 'a', (byte) 0xFF, 'b', (byte) 0xC3, '\n', (byte) 0x80, 'c', (byte) 0xE2, (byte) 0x82, '\n' };
		for (int read = 1; read <= bytes.length; read++) {
			assertThat(split(bytes, read)).containsExactly("a\uFFFDb\uFFFD", "\uFFFDc\uFFFD");
		}
	}

	@ParameterizedTest
	@MethodSource("longLines")
	void longLinesComeInPieces(String line, List<Integer> lengths) {
		byte[] bytes = (line + "\nnext\n").getBytes(StandardCharsets.UTF_8);
		for (int read : List.of(1, 7, LIMIT - 1, LIMIT, LIMIT + 1, 4 * LIMIT)) {
			List<String> pieces = split(bytes, read);
			assertThat(pieces).as("in reads of %s", read).last().isEqualTo("next");
			List<String> ofLine = pieces.subList(0, pieces.size() - 1);
			assertThat(String.join("", ofLine)).isEqualTo(line.replace("\r", ""));
			assertThat(ofLine.stream().map((piece) -> piece.getBytes(StandardCharsets.UTF_8).length).toList())
				.isEqualTo(lengths);
		}
	}

	static Stream<Arguments> longLines() {
		return Stream.of(Arguments.of("x".repeat(LIMIT - 1), List.of(LIMIT - 1)),
				Arguments.of("x".repeat(LIMIT), List.of(LIMIT)), Arguments.of("x".repeat(LIMIT) + "\r", List.of(LIMIT)),
				Arguments.of("x".repeat(LIMIT - 1) + "\r", List.of(LIMIT - 1)),
				Arguments.of("x".repeat(LIMIT + 1), List.of(LIMIT, 1)),
				Arguments.of("x".repeat(2 * LIMIT), List.of(LIMIT, LIMIT)),
				Arguments.of("x".repeat(2 * LIMIT + 5) + "\r", List.of(LIMIT, LIMIT, 5)),
				Arguments.of("x".repeat(LIMIT - 1) + "ü", List.of(LIMIT - 1, 2)),
				Arguments.of("x".repeat(LIMIT - 2) + "ü", List.of(LIMIT)),
				Arguments.of("x".repeat(LIMIT - 1) + "€", List.of(LIMIT - 1, 3)),
				Arguments.of("x".repeat(LIMIT - 2) + "€", List.of(LIMIT - 2, 3)),
				Arguments.of("x".repeat(LIMIT - 3) + "😀y", List.of(LIMIT - 3, 5)),
				Arguments.of("x".repeat(LIMIT - 4) + "😀y", List.of(LIMIT, 1)));
	}

	@Test
	void bytesThatBeginNoCharacterAreCutAtTheLimit() {
		byte[] bytes = new byte[LIMIT + 10];
		Arrays.fill(bytes, (byte) 0x80);
		assertThat(split(bytes, bytes.length)).extracting(String::length).containsExactly(LIMIT, 10);
	}

	private static List<String> split(byte[] bytes, int read) {
		List<String> lines = new ArrayList<>();
		LineSplitter splitter = new LineSplitter(lines::add);
		byte[] buffer = new byte[read];
		for (int i = 0; i < bytes.length; i += read) {
			int count = Math.min(read, bytes.length - i);
			System.arraycopy(bytes, i, buffer, 0, count);
			splitter.accept(buffer, count);
		}
		splitter.finish();
		return lines;
	}

}
