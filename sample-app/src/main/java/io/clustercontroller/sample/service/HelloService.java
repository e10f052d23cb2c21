package io.clustercontroller.sample.service;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The service that the sample supervises: a program of its own, which knows nothing of
 * Spring or the cluster but what its environment tells. It listens on loopback, on the
 * port that the variable PORT names, and answers who it is. As master it counts its
 * answers in a file of the folder that the variable DATA names: data that is worth a
 * backup.
 */
public final class HelloService {

	private final Path visits;

	private HelloService(Path visits) {
		this.visits = visits;
	}

	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(variable("PORT"));
		HelloService service = new HelloService(Path.of(variable("DATA"), "visits"));
		service.count(0);
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
		server.createContext("/", service::answer);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			server.stop(0);
			System.out.println("Told to end: bye");
		}, "bye"));
		server.start();
		System.out.println("Listening on port " + port + " as " + variable("CLUSTER_ROLE"));
	}

	private void answer(HttpExchange exchange) throws IOException {
		System.out.println(exchange.getRequestMethod() + " " + exchange.getRequestURI());
		byte[] text = "I am %s, fencing token %s, pid %d, answer number %d%n"
			.formatted(variable("CLUSTER_ROLE"), variable("CLUSTER_FENCING_TOKEN"), ProcessHandle.current().pid(),
					count(1))
			.getBytes(UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
		exchange.sendResponseHeaders(200, text.length);
		try (OutputStream body = exchange.getResponseBody()) {
			body.write(text);
		}
	}

	/** Only the master writes, and whoever reads sees the file before or after that. */
	private synchronized long count(int more) throws IOException {
		long count = more + (Files.exists(this.visits) ? Long.parseLong(Files.readString(this.visits).strip()) : 0);
		if (variable("CLUSTER_ROLE").equals("MASTER")) {
			Files.createDirectories(this.visits.getParent());
			Path next = this.visits.resolveSibling("visits.next");
			Files.writeString(next, count + "\n");
			Files.move(next, this.visits, StandardCopyOption.ATOMIC_MOVE);
		}
		return count;
	}

	private static String variable(String name) {
		return System.getenv().getOrDefault(name, "none");
	}

}
