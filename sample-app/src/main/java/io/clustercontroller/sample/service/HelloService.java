package io.clustercontroller.sample.service;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The service that the sample supervises: a program of its own, which knows nothing of
 * Spring or the cluster but what its environment tells. It listens on loopback, on the
 * port that the variable PORT names, and answers who it is.
 */
public final class HelloService {

	private HelloService() {
	}

	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(variable("PORT"));
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
		server.createContext("/", HelloService::answer);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			server.stop(0);
			System.out.println("Told to end: bye");
		}, "bye"));
		server.start();
		System.out.println("Listening on port " + port + " as " + variable("CLUSTER_ROLE"));
	}

	private static void answer(HttpExchange exchange) throws IOException {
		System.out.println(exchange.getRequestMethod() + " " + exchange.getRequestURI());
		byte[] text = "I am %s, fencing token %s, pid %d%n"
			.formatted(variable("CLUSTER_ROLE"), variable("CLUSTER_FENCING_TOKEN"), ProcessHandle.current().pid())
			.getBytes(UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
		exchange.sendResponseHeaders(200, text.length);
		try (OutputStream body = exchange.getResponseBody()) {
			body.write(text);
		}
	}

	private static String variable(String name) {
		return System.getenv().getOrDefault(name, "none");
	}

}
