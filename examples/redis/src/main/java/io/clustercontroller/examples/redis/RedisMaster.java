package io.clustercontroller.examples.redis;

import io.clustercontroller.event.MasterChangedEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Finds the primary: a client joins the service as a member that never is master, so it
 * hears of each master and its token. Every method may be called from any thread.
 */
@Component
@Profile("client")
public class RedisMaster implements AutoCloseable {

	private volatile @Nullable Primary primary;

	@EventListener
	void masterChanged(MasterChangedEvent event) {
		Primary before = this.primary;
		this.primary = event.master()
			.map((master) -> master.metadata().get("redis"))
			.map((address) -> new Primary(RedisServer.parse(address), event.fencingToken()))
			.orElse(null);
		if (before != null) {
			before.close();
		}
	}

	/**
	 * Run a command that writes, with the token of the present master. Blocks for 2.5 s
	 * at most.
	 * @return what Redis answers, when both servers have what was written
	 * @throws NotAcknowledgedException if that cannot be said; see there
	 * @throws redis.clients.jedis.exceptions.JedisDataException if Redis refuses the
	 * command, or does so at present: {@code READONLY}, {@code NOREPLICAS},
	 * {@code FENCED}; nothing was written then
	 */
	public Acknowledged write(String... command) {
		Primary primary = this.primary;
		if (primary == null) {
			throw new NotAcknowledgedException("There is no master at present", null);
		}
		return new Acknowledged(primary.write(command), primary.token());
	}

	@Nullable Primary primary() {
		return this.primary;
	}

	@Override
	public void close() {
		Primary primary = this.primary;
		if (primary != null) {
			primary.close();
		}
	}

	/**
	 * A write that lasts.
	 *
	 * @param reply what Redis has answered to it
	 * @param token the token under which it was written
	 */
	public record Acknowledged(Object reply, long token) {
	}

}
