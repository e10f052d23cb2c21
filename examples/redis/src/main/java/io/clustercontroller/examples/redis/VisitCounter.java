package io.clustercontroller.examples.redis;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

import org.springframework.context.annotation.Profile;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Writes once a second, and tells what becomes of it.
 */
@Component
@Profile("client")
class VisitCounter {

	private static final Logger logger = LoggerFactory.getLogger(VisitCounter.class);

	private final RedisMaster redis;

	VisitCounter(RedisMaster redis) {
		this.redis = redis;
	}

	@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
	void count() {
		try {
			RedisMaster.Acknowledged visits = this.redis.write("INCR", "visits");
			logger.info("{} visits, written with token {}", visits.reply(), visits.token());
		}
		catch (NotAcknowledgedException | JedisDataException ex) {
			logger.info("Not written: {}", ex.getMessage());
		}
	}

}
