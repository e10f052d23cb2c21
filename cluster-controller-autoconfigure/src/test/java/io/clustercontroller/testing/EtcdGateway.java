package io.clustercontroller.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * etcd as its HTTP gateway shows it: independent of the client library under test.
 */
final class EtcdGateway {

	private static final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(2))
		.build();

	private final String endpoint;

	private volatile @Nullable String token;

	EtcdGateway(String endpoint) {
		this.endpoint = endpoint;
	}

	boolean isHealthy() {
		try {
			HttpRequest request = request("/health", Duration.ofSeconds(2)).GET().build();
			HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
			return answer.statusCode() == 200 && answer.body().contains("\"health\":\"true\"");
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	long put(String key, String value, long lease) {
		Map<String, Object> request = new LinkedHashMap<>();
		request.put("key", base64(key));
		request.put("value", base64(value));
		if (lease != 0) {
			request.put("lease", String.valueOf(lease));
		}
		return revision(call("/v3/kv/put", request));
	}

	Optional<String> get(String key, long revision) {
		Map<String, Object> answer = call("/v3/kv/range",
				Map.of("key", base64(key), "revision", String.valueOf(revision)));
		return list(answer, "kvs").stream().map((entry) -> text(entry.get("value"))).findFirst();
	}

	/** The lease that a key goes with, 0 for none. */
	long leaseOf(String key) {
		return list(call("/v3/kv/range", Map.of("key", base64(key))), "kvs").stream()
			.mapToLong((entry) -> number(entry.getOrDefault("lease", "0")))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("There is no key " + key));
	}

	List<String> keys(String prefix) {
		Map<String, Object> request = new LinkedHashMap<>(range(prefix));
		request.put("keys_only", true);
		return list(call("/v3/kv/range", request), "kvs").stream().map((entry) -> text(entry.get("key"))).toList();
	}

	long delete(String key) {
		return revision(call("/v3/kv/deleterange", Map.of("key", base64(key))));
	}

	long deleteAll(String prefix) {
		return revision(call("/v3/kv/deleterange", range(prefix)));
	}

	long revision() {
		return revision(call("/v3/kv/range", Map.of("key", base64("/"), "count_only", true)));
	}

	void compact(long revision) {
		call("/v3/kv/compaction", Map.of("revision", String.valueOf(revision), "physical", true));
	}

	long grantLease(Duration ttl) {
		Map<String, Object> answer = call("/v3/lease/grant", Map.of("TTL", String.valueOf(ttl.toSeconds())));
		return number(answer.get("ID"));
	}

	void revokeLease(long lease) {
		call("/v3/lease/revoke", Map.of("ID", String.valueOf(lease)));
	}

	List<Long> leases() {
		return list(call("/v3/lease/leases", Map.of()), "leases").stream()
			.map((entry) -> number(entry.get("ID")))
			.toList();
	}

	void enableAuth(String rootPassword, String user, String password, String prefix) {
		call("/v3/auth/user/add", Map.of("name", "root", "password", rootPassword));
		call("/v3/auth/role/add", Map.of("name", "root"));
		call("/v3/auth/user/grant", Map.of("user", "root", "role", "root"));
		addUser(user, password, prefix);
		call("/v3/auth/enable", Map.of());
		authenticate("root", rootPassword);
	}

	void addUser(String user, String password, String prefix) {
		call("/v3/auth/role/add", Map.of("name", role(user)));
		permit(user, "READWRITE", prefix);
		call("/v3/auth/user/add", Map.of("name", user, "password", password));
		call("/v3/auth/user/grant", Map.of("user", user, "role", role(user)));
	}

	void permit(String user, String type, String prefix) {
		Map<String, Object> permission = new LinkedHashMap<>(range(prefix));
		permission.put("permType", type);
		call("/v3/auth/role/grant", Map.of("name", role(user), "perm", permission));
	}

	void forbid(String user, String prefix) {
		Map<String, Object> permission = new LinkedHashMap<>(range(prefix));
		permission.put("role", role(user));
		call("/v3/auth/role/revoke", permission);
	}

	private static String role(String user) {
		return user + "-role";
	}

	void authenticate(String user, String password) {
		this.token = null;
		Map<String, Object> answer = call("/v3/auth/authenticate", Map.of("name", user, "password", password));
		this.token = String.valueOf(answer.get("token"));
	}

	void disableAuth() {
		call("/v3/auth/disable", Map.of());
		this.token = null;
	}

	/** The ids of the members by the URL at which the others reach them. */
	Map<String, String> memberIds() {
		Map<String, String> ids = new LinkedHashMap<>();
		list(call("/v3/cluster/member/list", Map.of()), "members")
			.forEach((member) -> ((List<?>) member.get("peerURLs"))
				.forEach((url) -> ids.put(String.valueOf(url), String.valueOf(member.get("ID")))));
		return ids;
	}

	void removeMember(String id) {
		call("/v3/cluster/member/remove", Map.of("ID", id));
	}

	void addMember(String peerUrl) {
		call("/v3/cluster/member/add", Map.of("peerURLs", List.of(peerUrl)));
	}

	/** Works with the leader only. */
	void transferLeadership(String memberId) {
		call("/v3/maintenance/transfer-leadership", Map.of("targetID", memberId));
	}

	/**
	 * Give the space of what was deleted and compacted back. Nobody is served meanwhile.
	 */
	void defragment() {
		call("/v3/maintenance/defragment", Map.of());
	}

	/** Whether the space is used up, which holds until somebody says that it is not. */
	boolean isOutOfSpace() {
		return !spaceAlarms().isEmpty();
	}

	/** Ends the alarm of each member that has raised one. */
	void endOutOfSpace() {
		spaceAlarms().forEach((alarm) -> call("/v3/maintenance/alarm",
				Map.of("action", "DEACTIVATE", "alarm", "NOSPACE", "memberID", alarm.get("memberID"))));
	}

	private List<Map<String, Object>> spaceAlarms() {
		return list(call("/v3/maintenance/alarm", Map.of("action", "GET")), "alarms").stream()
			.filter((alarm) -> "NOSPACE".equals(alarm.get("alarm")))
			.toList();
	}

	/** What this member believes, answered by itself without asking the others. */
	Status status() {
		Map<String, Object> answer = send("/v3/maintenance/status", Map.of(), Duration.ofSeconds(1));
		return new Status(String.valueOf(header(answer).get("member_id")),
				String.valueOf(answer.getOrDefault("leader", "0")), number(answer.get("raftTerm")),
				String.valueOf(answer.get("version")));
	}

	Map<String, Double> metrics() {
		Map<String, Double> metrics = new LinkedHashMap<>();
		send(request("/metrics", Duration.ofSeconds(10)).GET().build()).lines()
			.filter((line) -> !line.startsWith("#") && line.contains(" "))
			.forEach((line) -> {
				int space = line.lastIndexOf(' ');
				metrics.put(line.substring(0, space), number(line.substring(space + 1), line));
			});
		return metrics;
	}

	private Map<String, Object> call(String path, Map<String, Object> body) {
		return send(path, body, Duration.ofSeconds(10));
	}

	private Map<String, Object> send(String path, Map<String, Object> body, Duration timeout) {
		HttpRequest.BodyPublisher json = HttpRequest.BodyPublishers.ofString(JsonWriter.standard().writeToString(body));
		return JsonParserFactory.getJsonParser().parseMap(send(request(path, timeout).POST(json).build()));
	}

	private String send(HttpRequest request) {
		try {
			HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				throw new IllegalStateException(
						request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
			}
			return answer.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(request.uri() + " does not answer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for " + request.uri(), ex);
		}
	}

	private HttpRequest.Builder request(String path, Duration timeout) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.endpoint + path)).timeout(timeout);
		String token = this.token;
		return (token != null) ? request.header("Authorization", token) : request;
	}

	private static Map<String, Object> range(String prefix) {
		byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
		end[end.length - 1]++;
		return Map.of("key", base64(prefix), "range_end", Base64.getEncoder().encodeToString(end));
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(@Nullable Object base64) {
		// the gateway leaves out what is empty
		return (base64 != null) ? new String(Base64.getDecoder().decode(String.valueOf(base64)), StandardCharsets.UTF_8)
				: "";
	}

	private static long revision(Map<String, Object> answer) {
		return number(header(answer).get("revision"));
	}

	private static long number(@Nullable Object number) {
		return (number != null) ? Long.parseLong(String.valueOf(number)) : 0;
	}

	private static double number(String number, String line) {
		try {
			return Double.parseDouble(number.replace("+Inf", "Infinity"));
		}
		catch (NumberFormatException ex) {
			throw new IllegalStateException("Not a metric: " + line, ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> header(Map<String, Object> answer) {
		return (Map<String, Object>) answer.getOrDefault("header", Map.of());
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(Map<String, Object> answer, String name) {
		return (List<Map<String, Object>>) answer.getOrDefault(name, List.of());
	}

	/**
	 * @param memberId the member that answers
	 * @param leader the member it takes for the leader, "0" while it knows none
	 * @param raftTerm its term
	 * @param version its version
	 */
	record Status(String memberId, String leader, long raftTerm, String version) {

		boolean isLeader() {
			return this.memberId.equals(this.leader);
		}

	}

}
