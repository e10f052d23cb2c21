package io.clustercontroller.testing;

import java.util.List;

/**
 * Some measurements of the same thing.
 *
 * @param sorted all of them
 */
public record Spread(List<Double> sorted) {

	public Spread {
		sorted = sorted.stream().sorted().toList();
	}

	public double median() {
		return at(0.5);
	}

	/** The value that this share of them does not exceed. */
	public double at(double share) {
		return this.sorted.get((int) Math.min(this.sorted.size() - 1, this.sorted.size() * share));
	}

	/** Median, least and most, as a table has them. */
	public String toString(int digits) {
		String format = "%." + digits + "f";
		return (format + " (" + format + "-" + format + ")").formatted(median(), this.sorted.get(0),
				this.sorted.get(this.sorted.size() - 1));
	}

}
