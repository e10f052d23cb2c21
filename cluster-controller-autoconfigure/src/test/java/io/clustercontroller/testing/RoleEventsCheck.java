package io.clustercontroller.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clustercontroller.event.BecameMasterEvent;
import io.clustercontroller.event.BecameSlaveEvent;

/**
 * Checks the role events of one process: each end of a mastership is announced exactly
 * once, and when it is announced the mastership is over.
 */
final class RoleEventsCheck {

	private final String process;

	private final List<String> violations = new ArrayList<>();

	private final Map<Long, Fact> ended = new HashMap<>();

	private boolean hasRole;

	private boolean master;

	private long lastToken = Long.MIN_VALUE;

	private RoleEventsCheck(String process) {
		this.process = process;
	}

	static List<String> violations(String process, List<Fact> facts) {
		RoleEventsCheck check = new RoleEventsCheck(process);
		facts.forEach(check::accept);
		check.checkSamples(facts);
		return check.violations;
	}

	private void accept(Fact fact) {
		if (fact.isEvent(BecameMasterEvent.class)) {
			becameMaster(fact, fact.token().orElseThrow());
		}
		else if (fact.isEvent(BecameSlaveEvent.class)) {
			becameSlave(fact, fact.token().orElseThrow());
		}
		else if (fact.kind() == Fact.Kind.CLOSED && this.master) {
			report(fact, "has closed without having become slave");
		}
	}

	private void becameMaster(Fact event, long token) {
		if (this.master) {
			report(event, "became master with token " + token + " without having become slave");
		}
		if (token <= this.lastToken) {
			report(event, "became master with token " + token + " after token " + this.lastToken);
		}
		this.lastToken = token;
		this.master = true;
		this.hasRole = true;
	}

	private void becameSlave(Fact event, long token) {
		if (!this.master && this.hasRole) {
			report(event, "became slave (token " + token + ") without having been master");
		}
		if (this.master) {
			if (token != this.lastToken) {
				report(event, "became slave with token " + token + " but was master with " + this.lastToken);
			}
			this.ended.put(this.lastToken, event);
		}
		this.master = false;
		this.hasRole = true;
	}

	private void checkSamples(List<Fact> facts) {
		for (Fact fact : facts) {
			if (fact.kind() == Fact.Kind.SAMPLE && fact.token().isPresent()) {
				Fact end = this.ended.get(fact.token().getAsLong());
				if (end != null && fact.at() > end.at()) {
					report(fact, "was still master after it became slave with token " + fact.token().getAsLong());
					this.ended.remove(fact.token().getAsLong());
				}
			}
		}
	}

	private void report(Fact fact, String message) {
		this.violations.add(this.process + " " + message + " at " + fact.at());
	}

}
