package io.clustercontroller.command;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts bytes into lines. A line that is too long comes in pieces, so that memory does not
 * grow with what a command writes. Used by one thread.
 */
final class LineSplitter {

	/** The most bytes that a piece has. */
	static final int LIMIT = 16 * 1024;

	/** Of a character in UTF-8. */
	private static final int MOST_BYTES = 4;

	private final Consumer<String> lines;

	/** The beginning of a line whose end is still to come. */
	private final byte[] begun = new byte[LIMIT];

	private int length;

	/** Whether the current line has been cut already. */
	private boolean cut;

	LineSplitter(Consumer<String> lines) {
		this.lines = lines;
	}

	/** Take the first bytes of a buffer, which may be used again afterwards. */
	void accept(byte[] bytes, int count) {
		int start = 0;
		for (int i = 0; i < count; i++) {
			if (bytes[i] == '\n') {
				if (this.length == 0 && i - start <= LIMIT) {
					endLine(bytes, start, i);
				}
				else {
					append(bytes, start, i);
					endLine(this.begun, 0, this.length);
				}
				start = i + 1;
			}
		}
		append(bytes, start, count);
	}

	/** Nothing follows: what there is of a last line is one. */
	void finish() {
		if (this.length > 0) {
			emit(this.begun, 0, this.length);
			this.length = 0;
		}
	}

	private void append(byte[] bytes, int from, int to) {
		int start = from;
		while (start < to) {
			if (this.length == LIMIT) {
				cut();
			}
			int count = Math.min(LIMIT - this.length, to - start);
			System.arraycopy(bytes, start, this.begun, this.length, count);
			this.length += count;
			start += count;
		}
	}

	private void cut() {
		int end = lastBorder();
		emit(this.begun, 0, end);
		System.arraycopy(this.begun, end, this.begun, 0, LIMIT - end);
		this.length = LIMIT - end;
		this.cut = true;
	}

	/** Where the last character begins if it may go on beyond the limit. */
	private int lastBorder() {
		for (int back = 1; back < MOST_BYTES; back++) {
			int value = this.begun[LIMIT - back] & 0xFF;
			if (value >= 0xC0) {
				int bytes = (value >= 0xF0) ? 4 : (value >= 0xE0) ? 3 : 2;
				return (bytes > back) ? LIMIT - back : LIMIT;
			}
			if (value < 0x80) {
				return LIMIT;
			}
		}
		return LIMIT;
	}

	private void endLine(byte[] bytes, int from, int to) {
		int end = (to > from && bytes[to - 1] == '\r') ? to - 1 : to;
		// the rest of a line that was cut exactly at its end is not an empty line
		if (end > from || !this.cut) {
			emit(bytes, from, end);
		}
		this.length = 0;
		this.cut = false;
	}

	private void emit(byte[] bytes, int from, int to) {
		this.lines.accept(new String(bytes, from, to - from, StandardCharsets.UTF_8));
	}

}
