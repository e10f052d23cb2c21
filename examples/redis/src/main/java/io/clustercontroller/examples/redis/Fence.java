package io.clustercontroller.examples.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import org.springframework.core.io.ClassPathResource;

/**
 * What keeps a master of the past from writing: a hash in Redis that goes with the data
 * to the replica, and the script that compares the token of each write with it.
 */
final class Fence {

	static final String KEY = "cluster-controller:fence";

	static final String TOKEN = "token";

	static final String WRITES = "writes";

	static final String SCRIPT = read("write.lua");

	private Fence() {
	}

	private static String read(String name) {
		try {
			return new ClassPathResource(name, Fence.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
