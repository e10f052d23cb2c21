package io.clustercontroller.register;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LinearizabilityTests {

	private static final long UNKNOWN = Long.MAX_VALUE;

	@Test
	void holdsForOneAfterTheOther() {
		assertThat(holds(operation("0", "a", 1, 2), operation("a", "b", 3, 4))).isTrue();
	}

	@Test
	void holdsForNothing() {
		assertThat(holds()).isTrue();
	}

	@Test
	void holdsInEitherOrderWhereTheyOverlap() {
		assertThat(holds(operation("a", "b", 1, 5), operation("0", "a", 2, 4))).isTrue();
	}

	@Test
	void doesNotHoldAgainstTheirOrder() {
		assertThat(holds(operation("a", "b", 1, 2), operation("0", "a", 3, 4))).isFalse();
	}

	@Test
	void doesNotHoldWhereTwoReplaceTheSameValue() {
		assertThat(holds(operation("0", "a", 1, 6), operation("0", "b", 2, 3))).isFalse();
	}

	@Test
	void doesNotHoldForValueThatNobodyWrote() {
		assertThat(holds(operation("0", "a", 1, 2), operation("x", "b", 3, 4))).isFalse();
	}

	@Test
	void takesWhatIsUnknownAsDoneWhereThatIsNeeded() {
		assertThat(holds(operation("0", "a", 1, UNKNOWN), operation("a", "b", 3, 4))).isTrue();
	}

	@Test
	void takesWhatIsUnknownAsNotDoneWhereThatIsNeeded() {
		assertThat(holds(operation("0", "a", 1, UNKNOWN), operation("0", "b", 3, 4))).isTrue();
	}

	@Test
	void findsOneLostUpdateAmongThousands() {
		List<Operation> operations = chain(5000);
		assertThat(Linearizability.holds(operations, "0")).isTrue();
		operations.add(operation("2500", "x", 25_000, 60_000));
		assertThat(Linearizability.holds(operations, "0")).isFalse();
	}

	@Test
	void agreesWithAllOrdersOfSmallHistories() {
		Random random = new Random(7);
		int held = 0;
		for (int i = 0; i < 3000; i++) {
			List<Operation> operations = new ArrayList<>();
			for (int k = 0; k < 4; k++) {
				int begin = random.nextInt(8);
				operations.add(operation(String.valueOf(random.nextInt(3)), String.valueOf(random.nextInt(3)), begin,
						begin + 1 + random.nextInt(4)));
			}
			boolean holds = anyOrderHolds(operations, "0");
			held += holds ? 1 : 0;
			assertThat(Linearizability.holds(operations, "0")).as("%s", operations).isEqualTo(holds);
		}
		assertThat(held).isBetween(30, 2970);
	}

	private static boolean anyOrderHolds(List<Operation> left, String value) {
		if (left.isEmpty()) {
			return true;
		}
		for (Operation first : left) {
			// at the same time they overlap
			boolean may = left.stream().noneMatch((other) -> other != first && other.end() < first.begin());
			if (may && first.from().equals(value)) {
				List<Operation> rest = new ArrayList<>(left);
				rest.remove(first);
				if (anyOrderHolds(rest, first.to())) {
					return true;
				}
			}
		}
		return false;
	}

	private static List<Operation> chain(int length) {
		List<Operation> operations = new ArrayList<>();
		for (int i = 0; i < length; i++) {
			operations.add(operation(String.valueOf(i), String.valueOf(i + 1), 10L * i, 10L * i + 15));
		}
		Collections.shuffle(operations, new Random(1));
		return operations;
	}

	private static boolean holds(Operation... operations) {
		return Linearizability.holds(List.of(operations), "0");
	}

	private static Operation operation(String from, String to, long begin, long end) {
		return new Operation("client", from, to, begin, end);
	}

}
