package io.clustercontroller.simulation;

import java.util.PriorityQueue;

/**
 * Runs tasks in the order of their virtual time; time passes only from one to the next.
 */
public final class VirtualTime {

	private final PriorityQueue<Event> queue = new PriorityQueue<>();

	private long now;

	private long sequence;

	public long now() {
		return this.now;
	}

	/** Run a task at the given time, after all that were to run at that time already. */
	public void at(long time, Runnable task) {
		this.queue.add(new Event(Math.max(time, this.now), this.sequence++, task));
	}

	/**
	 * Let time pass.
	 * @param until when to return
	 * @param check run after every task
	 */
	public void run(long until, Runnable check) {
		for (Event event = this.queue.peek(); event != null && event.time <= until; event = this.queue.peek()) {
			this.queue.remove();
			this.now = event.time;
			event.task.run();
			check.run();
		}
		this.now = until;
	}

	private record Event(long time, long sequence, Runnable task) implements Comparable<Event> {

		@Override
		public int compareTo(Event other) {
			int byTime = Long.compare(this.time, other.time);
			return (byTime != 0) ? byTime : Long.compare(this.sequence, other.sequence);
		}

	}

}
