package io.clustercontroller.examples.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.clustercontroller.examples.redis.RedisMaster.Acknowledged;
import io.clustercontroller.examples.redis.Writer.Write;
import io.clustercontroller.testing.EtcdExtension;
import io.clustercontroller.testing.EtcdProcess;
import io.clustercontroller.testing.FreePorts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Two real servers with their controllers, a real etcd, and clients that write.
 */
@ExtendWith(EtcdExtension.class)
class RedisFailoverTests {

	private static final Logger logger = LoggerFactory.getLogger(RedisFailoverTests.class);

	private static final Duration LIMIT = Duration.ofSeconds(90);

	/** As many as fit into the build; thirty take two minutes. */
	private static final int KILLS = Integer.getInteger("kills", 3);

	/** Of so many kills, one is none: the controller is frozen. */
	private static final int FREEZE_EACH = 3;

	@TempDir
	Path directory;

	private final List<NodeProcess> nodes = new ArrayList<>();

	private @Nullable ConfigurableApplicationContext client;

	private RedisMaster redis;

	@BeforeEach
	void start(EtcdProcess etcd) {
		RedisServer one = new RedisServer("127.0.0.1", FreePorts.next());
		RedisServer other = new RedisServer("127.0.0.1", FreePorts.next());
		String environment = etcd.newEnvironment();
		this.nodes.add(new NodeProcess(one, other, this.directory, etcd, environment));
		this.nodes.add(new NodeProcess(other, one, this.directory, etcd, environment));
		this.client = new SpringApplicationBuilder(RedisApplication.class).profiles("client")
			.run(NodeProcess.common(etcd.endpoint(), environment).toArray(String[]::new));
		this.redis = this.client.getBean(RedisMaster.class);
	}

	@AfterEach
	void stop() {
		if (this.client != null) {
			this.client.close();
		}
		this.nodes.forEach(NodeProcess::close);
	}

	@Test
	void noWriteIsLostAndNoneIsAcknowledgedWithATokenOfThePast() {
		List<Writer> writers = new ArrayList<>(List.of(new Writer(this.redis::write)));
		try {
			for (int kill = 1; kill <= KILLS; kill++) {
				Primary before = awaitWrites(0);
				NodeProcess master = node(before.server());
				// one that hears of no change, and goes on with what it knows
				Writer stale = new Writer((command) -> new Acknowledged(before.write(command), before.token()));
				writers.add(stale);
				await("its first writes").atMost(LIMIT).until(() -> !stale.acknowledged().isEmpty());
				if (kill % FREEZE_EACH == 0) {
					master.freeze();
					awaitWrites(before.token());
					master.thaw();
				}
				else {
					master.kill();
					master.restart();
					awaitWrites(before.token());
				}
				if (kill > 1) {
					// its server is the primary again, with another token
					Writer older = writers.get(kill - 1);
					await("the fence").atMost(LIMIT).until(() -> older.fenced() > 0);
					older.close();
				}
			}
		}
		finally {
			writers.forEach(Writer::close);
		}
		List<Write> writes = writers.stream().flatMap((writer) -> writer.acknowledged().stream()).toList();
		// when this is on both servers, all that came before it is
		awaitWrites(0);
		assertThat(this.nodes).allSatisfy((node) -> check(node, writes));
		assertThat(writes.stream().map(Write::token).distinct()).hasSizeGreaterThan(KILLS);
		checkThatNoneBeganAfterItsTokenWasSurpassed(writes);
		logger.info("{} masters, {} writes acknowledged, {} not; the longest time without any was {} ms", KILLS + 1,
				writes.size(), writers.stream().mapToInt(Writer::failures).sum(), longestPause(writes));
	}

	@Test
	void aWriteThatTheReplicaDoesNotHaveIsNotAcknowledged() {
		NodeProcess replica = other(node(awaitWrites(0).server()));
		replica.whileServerIsFrozen(() -> assertThatExceptionOfType(NotAcknowledgedException.class)
			.isThrownBy(() -> this.redis.write("SET", "key", "value"))
			.withMessageContaining("does not confirm"));
		awaitWrites(0);
	}

	@Test
	void aServerWithoutItsDataIsNoMasterAndIsNotCopied() {
		Primary master = awaitWrites(0);
		this.redis.write("SET", "key", "value");
		NodeProcess one = node(master.server());
		NodeProcess other = other(one);
		// a replica has its copy in memory first; see the README
		await("a copy on disk").atMost(LIMIT).until(() -> this.nodes.stream().allMatch(NodeProcess::isOnDisk));
		other.kill();
		one.kill();
		one.loseData();
		one.restart();
		await().atMost(LIMIT).until(() -> one.log().contains("are not as they should be yet"));
		await("the end of both sessions").atMost(LIMIT).until(() -> this.redis.primary() == null);
		other.restart();
		Primary next = awaitWrites(master.token());
		assertThat(next.server()).isEqualTo(other.server());
		assertThat(this.nodes).allSatisfy((node) -> {
			try (Jedis jedis = new Jedis(node.server().address())) {
				assertThat(jedis.get("key")).isEqualTo("value");
			}
		});
	}

	/** Wait until something is acknowledged with a token above the one given. */
	private Primary awaitWrites(long token) {
		return await("writes with a token above " + token).atMost(LIMIT)
			.pollInterval(Duration.ofMillis(20))
			.ignoreExceptions()
			.until(() -> {
				Primary primary = Objects.requireNonNull(this.redis.primary());
				primary.write("SET", "probe", "1");
				return primary;
			}, (primary) -> primary.token() > token);
	}

	private NodeProcess node(RedisServer server) {
		return this.nodes.stream().filter((node) -> node.server().equals(server)).findFirst().orElseThrow();
	}

	private NodeProcess other(NodeProcess node) {
		return this.nodes.get(1 - this.nodes.indexOf(node));
	}

	/** All that was acknowledged is there, in the order of the tokens. */
	private static void check(NodeProcess node, List<Write> writes) {
		List<Long> numbers;
		try (Jedis jedis = new Jedis(node.server().address())) {
			numbers = jedis.lrange(Writer.LIST, 0, -1).stream().map(Long::valueOf).toList();
		}
		Map<Long, Long> tokens = writes.stream().collect(Collectors.toMap(Write::number, Write::token));
		Set<Long> lost = new HashSet<>(tokens.keySet());
		numbers.forEach(lost::remove);
		assertThat(lost).as("acknowledged and not on " + node).isEmpty();
		assertThat(numbers.stream().map(tokens::get).filter(Objects::nonNull))
			.isSortedAccordingTo(Comparator.naturalOrder());
	}

	private static long longestPause(List<Write> writes) {
		List<Long> ends = writes.stream().map(Write::ended).sorted().toList();
		return IntStream.range(1, ends.size()).mapToLong((i) -> ends.get(i) - ends.get(i - 1)).max().orElse(0)
				/ 1_000_000;
	}

	private static void checkThatNoneBeganAfterItsTokenWasSurpassed(List<Write> writes) {
		List<Write> begun = writes.stream().sorted(Comparator.comparingLong(Write::begun)).toList();
		List<Write> ended = writes.stream().sorted(Comparator.comparingLong(Write::ended)).toList();
		long highest = 0;
		int next = 0;
		for (Write write : begun) {
			for (; ended.get(next).ended() < write.begun(); next++) {
				highest = Math.max(highest, ended.get(next).token());
			}
			assertThat(write.token()).isGreaterThanOrEqualTo(highest);
		}
	}

}
