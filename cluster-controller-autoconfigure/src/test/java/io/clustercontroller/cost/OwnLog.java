package io.clustercontroller.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the time of an application's own log calls, one each millisecond, once the
 * service has begun to write.
 */
final class OwnLog {

	private static final Logger logger = LoggerFactory.getLogger(OwnLog.class);

	private static final long PAUSE = 1_000_000;

	private OwnLog() {
	}

	static void measure(int calls, Path directory) throws IOException {
		Path begin = directory.resolve(Volume.GO);
		while (!Files.exists(begin)) {
			LockSupport.parkNanos(PAUSE);
		}
		long[] times = new long[calls];
		for (int i = 0; i < calls; i++) {
			LockSupport.parkNanos(PAUSE);
			long before = System.nanoTime();
			logger.info("Call {} of the application's own", i);
			times[i] = System.nanoTime() - before;
		}
		Path written = Files.writeString(directory.resolve("times"),
				LongStream.of(times).mapToObj(String::valueOf).collect(Collectors.joining("\n")));
		Files.move(written, directory.resolve(SupervisedApplication.OWN_TIMES), StandardCopyOption.ATOMIC_MOVE);
	}

}
