package io.clustercontroller.cost;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clustercontroller.testing.EtcdProcess;

/**
 * What etcd has counted since its start, or between two looks.
 *
 * @param calls the calls of each gRPC method of etcd's own API
 * @param proposals everything the members of etcd had to agree on: each transaction that
 * may write, whether its condition held or not, and each grant and end of a lease; no
 * reads, no renewals
 */
record EtcdCounters(Map<String, Long> calls, long proposals) {

	private static final Pattern CALLS = Pattern.compile("grpc_server_started_total\\{(.*)}");

	private static final Pattern METHOD = Pattern.compile("grpc_method=\"([^\"]+)\"");

	/** Look, without a call that would be counted itself. */
	static EtcdCounters of(EtcdProcess etcd) {
		Map<String, Double> metrics = etcd.metrics();
		Map<String, Long> calls = new TreeMap<>();
		metrics.forEach((name, value) -> {
			Matcher matcher = CALLS.matcher(name);
			if (matcher.matches() && matcher.group(1).contains("grpc_service=\"etcdserverpb.")) {
				Matcher method = METHOD.matcher(matcher.group(1));
				if (method.find()) {
					calls.merge(method.group(1), value.longValue(), Long::sum);
				}
			}
		});
		return new EtcdCounters(calls, metrics.get("etcd_server_proposals_applied_total").longValue());
	}

	/** What has been counted from the earlier look to this one; methods called only. */
	EtcdCounters since(EtcdCounters earlier) {
		Map<String, Long> difference = new TreeMap<>();
		this.calls.forEach((method, count) -> {
			long more = count - earlier.calls.getOrDefault(method, 0L);
			if (more != 0) {
				difference.put(method, more);
			}
		});
		return new EtcdCounters(difference, this.proposals - earlier.proposals);
	}

	long calls(String method) {
		return this.calls.getOrDefault(method, 0L);
	}

}
