package io.clustercontroller.testing;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection through a {@link TcpProxy}. Each direction has a thread that reads at
 * once, as the network does, and one that writes when the gate lets it.
 */
final class ProxiedConnection {

	private final Socket client;

	private final Socket server;

	private final String name;

	private final Consumer<ProxiedConnection> onClose;

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	private final AtomicInteger openDirections = new AtomicInteger(2);

	ProxiedConnection(Socket client, Socket server, String name, Consumer<ProxiedConnection> onClose) {
		this.client = client;
		this.server = server;
		this.name = name;
		this.onClose = onClose;
	}

	void start(TcpProxy.Gate requests, TcpProxy.Gate answers) throws IOException {
		this.client.setTcpNoDelay(true);
		this.server.setTcpNoDelay(true);
		pump(this.client, this.server, requests, "requests");
		pump(this.server, this.client, answers, "answers");
		this.threads.forEach(Thread::start);
	}

	void close() {
		TcpProxy.close(this.client);
		TcpProxy.close(this.server);
		this.threads.forEach(Thread::interrupt);
		this.onClose.accept(this);
	}

	private void pump(Socket from, Socket to, TcpProxy.Gate gate, String direction) {
		BlockingQueue<Chunk> onTheWay = new LinkedBlockingQueue<>();
		this.threads.add(ChildProcesses.daemon(this.name + "-read-" + direction, () -> read(from, onTheWay)));
		this.threads.add(ChildProcesses.daemon(this.name + "-write-" + direction, () -> write(onTheWay, gate, to)));
	}

	private void read(Socket from, BlockingQueue<Chunk> onTheWay) {
		byte[] buffer = new byte[16 * 1024];
		try {
			while (true) {
				int length = from.getInputStream().read(buffer);
				onTheWay.add(new Chunk(Arrays.copyOf(buffer, Math.max(length, 0)), System.nanoTime()));
				if (length < 0) {
					return;
				}
			}
		}
		catch (IOException ex) {
			// a reset ends the other side, too, but not before the gate lets it
			onTheWay.add(new Chunk(new byte[0], System.nanoTime()));
		}
	}

	private void write(BlockingQueue<Chunk> onTheWay, TcpProxy.Gate gate, Socket to) {
		try {
			while (true) {
				Chunk chunk = onTheWay.take();
				gate.pass(chunk.arrivedAt());
				if (chunk.isEnd()) {
					endOf(to);
					return;
				}
				to.getOutputStream().write(chunk.data());
				to.getOutputStream().flush();
			}
		}
		catch (IOException | InterruptedException ex) {
			close();
		}
	}

	private void endOf(Socket to) throws IOException {
		if (this.openDirections.decrementAndGet() == 0) {
			close();
		}
		else {
			to.shutdownOutput();
		}
	}

	/**
	 * @param data what was read; nothing at the end of the stream
	 * @param arrivedAt when, by {@link System#nanoTime()}
	 */
	private record Chunk(byte[] data, long arrivedAt) {

		boolean isEnd() {
			return this.data.length == 0;
		}

	}

}
