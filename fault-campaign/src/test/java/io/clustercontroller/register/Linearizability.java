package io.clustercontroller.register;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Whether operations on a register can be put into an order in which each finds what the
 * one before has left, and which is theirs: who had ended before another one began comes
 * first. This is the search of Wing and Gong with the memory of Lowe ("Testing for
 * linearizability", 2017): it tries the orders one by one, and no state twice.
 */
final class Linearizability {

	private final Step head = new Step(null, -1, false);

	private int ends;

	private Linearizability(List<Operation> operations) {
		List<Step> steps = new ArrayList<>();
		for (int i = 0; i < operations.size(); i++) {
			Operation operation = operations.get(i);
			Step begin = new Step(operation, i, true);
			steps.add(begin);
			if (operation.isKnown()) {
				begin.end = new Step(operation, i, false);
				steps.add(begin.end);
				this.ends++;
			}
		}
		// at the same time the begin counts as the earlier: they overlap
		steps.sort(Comparator.comparingLong(Step::time).thenComparing((step) -> !step.isBegin));
		Step last = this.head;
		for (Step step : steps) {
			last.next = step;
			step.previous = last;
			last = step;
		}
	}

	/** Whether there is such an order, beginning with the given value. */
	static boolean holds(List<Operation> operations, String initial) {
		return new Linearizability(operations).search(initial);
	}

	private boolean search(String initial) {
		String value = initial;
		BitSet done = new BitSet();
		Set<State> seen = new HashSet<>();
		Deque<Taken> taken = new ArrayDeque<>();
		Step step = this.head.next;
		// one whose outcome is unknown may have happened, or not
		while (this.ends > 0) {
			if (step != null && step.isBegin) {
				Operation operation = step.operation();
				if (operation.from().equals(value)) {
					BitSet next = (BitSet) done.clone();
					next.set(step.number);
					if (seen.add(new State(next, operation.to()))) {
						taken.push(new Taken(step, value));
						value = operation.to();
						done = next;
						remove(step);
						step = this.head.next;
						continue;
					}
				}
				step = step.next;
			}
			else {
				// this one has to come first, and cannot
				if (taken.isEmpty()) {
					return false;
				}
				Taken last = taken.pop();
				value = last.value();
				done = (BitSet) done.clone();
				done.clear(last.step().number);
				restore(last.step());
				step = last.step().next;
			}
		}
		return true;
	}

	private void remove(Step begin) {
		begin.unlink();
		if (begin.end != null) {
			begin.end.unlink();
			this.ends--;
		}
	}

	private void restore(Step begin) {
		if (begin.end != null) {
			begin.end.link();
			this.ends++;
		}
		begin.link();
	}

	/**
	 * The begin or the end of an operation, in a list from which it can be taken and put
	 * back.
	 */
	private static final class Step {

		private final @Nullable Operation operation;

		private final int number;

		private final boolean isBegin;

		private @Nullable Step end;

		private @Nullable Step previous;

		private @Nullable Step next;

		Step(@Nullable Operation operation, int number, boolean isBegin) {
			this.operation = operation;
			this.number = number;
			this.isBegin = isBegin;
		}

		Operation operation() {
			if (this.operation == null) {
				throw new IllegalStateException("the head is no operation");
			}
			return this.operation;
		}

		long time() {
			return this.isBegin ? operation().begin() : operation().end();
		}

		void unlink() {
			if (this.previous != null) {
				this.previous.next = this.next;
			}
			if (this.next != null) {
				this.next.previous = this.previous;
			}
		}

		void link() {
			if (this.previous != null) {
				this.previous.next = this;
			}
			if (this.next != null) {
				this.next.previous = this;
			}
		}

	}

	private record State(BitSet done, String value) {
	}

	private record Taken(Step step, String value) {
	}

}
