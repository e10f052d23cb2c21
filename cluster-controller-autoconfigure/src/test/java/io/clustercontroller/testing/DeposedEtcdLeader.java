package io.clustercontroller.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a leader of etcd before 3.4.31 and 3.5.13 that has been deposed without
 * noticing, because its disk stands still: it goes on confirming renewals of leases that
 * the majority lets expire. Until then it passes everything on to a real etcd.
 */
public final class DeposedEtcdLeader implements AutoCloseable {

	private static final String KEEP_ALIVE = "etcdserverpb.Lease/LeaseKeepAlive";

	private static final String WATCH = "etcdserverpb.Watch/Watch";

	private static final MethodDescriptor.Marshaller<byte[]> BYTES = new Bytes();

	private final EtcdProcess etcd;

	private final ManagedChannel channel;

	private final Server server;

	private final long ttlSeconds;

	private volatile Mode mode = Mode.HONEST;

	private volatile long raftTerm;

	private volatile int falseRenewals;

	/**
	 * @param etcd what stands for the majority
	 * @param ttlSeconds the TTL with which renewals are confirmed
	 */
	public DeposedEtcdLeader(EtcdProcess etcd, long ttlSeconds) {
		this.etcd = etcd;
		this.ttlSeconds = ttlSeconds;
		URI uri = URI.create(etcd.endpoint());
		this.channel = ManagedChannelBuilder.forAddress(uri.getHost(), uri.getPort()).usePlaintext().build();
		this.server = onLoopback().fallbackHandlerRegistry(new Everything()).build();
		try {
			this.server.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The builder that can bind to one address, by reflection: its class file refers to
	 * an annotation that is not on the class path, which javac takes for worth a warning.
	 */
	private static ServerBuilder<?> onLoopback() {
		try {
			return (ServerBuilder<?>) Class.forName("io.grpc.netty.NettyServerBuilder")
				.getMethod("forAddress", SocketAddress.class)
				.invoke(null, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The URL for clients. */
	public String endpoint() {
		return "http://127.0.0.1:" + this.server.getPort();
	}

	/**
	 * From now on renewals are confirmed falsely, and everything that needs the majority
	 * hangs, reads included. Watches fall silent.
	 */
	public void freezeDisk() {
		this.raftTerm = this.etcd.status().raftTerm();
		this.mode = Mode.STUCK;
	}

	/**
	 * From now on renewals are confirmed falsely, with the term in which this was leader,
	 * and watches fall silent, while reads and writes are answered by the majority: as if
	 * they reached other members, which are in a later term.
	 */
	public void freezeDiskBesideHealthyMembers() {
		this.raftTerm = this.etcd.status().raftTerm() - 1;
		this.mode = Mode.STUCK_FOR_STREAMS;
	}

	/** How many renewals have been confirmed falsely. */
	public int falseRenewals() {
		return this.falseRenewals;
	}

	@Override
	public void close() {
		this.server.shutdownNow();
		this.channel.shutdownNow();
	}

	private boolean isStuck(String method) {
		return this.mode == Mode.STUCK
				|| this.mode == Mode.STUCK_FOR_STREAMS && (method.equals(KEEP_ALIVE) || method.equals(WATCH));
	}

	/**
	 * The request is {@code {1: id}}, the answer {@code {1: {4: raft term}, 2: id, 3:
	 * ttl}}, in the format of Protocol Buffers, whose own classes javac cannot read
	 * without a warning.
	 */
	private synchronized byte[] falseRenewal(byte[] request) {
		this.falseRenewals++;
		ByteArrayOutputStream header = new ByteArrayOutputStream();
		write(header, 4, this.raftTerm);
		ByteArrayOutputStream answer = new ByteArrayOutputStream();
		answer.write(1 << 3 | 2);
		answer.write(header.size());
		answer.writeBytes(header.toByteArray());
		answer.write(2 << 3);
		answer.write(request, 1, request.length - 1);
		write(answer, 3, this.ttlSeconds);
		return answer.toByteArray();
	}

	private static void write(ByteArrayOutputStream message, int field, long number) {
		message.write(field << 3);
		long rest = number;
		while (rest > 0x7f) {
			message.write((int) (rest & 0x7f | 0x80));
			rest >>>= 7;
		}
		message.write((int) rest);
	}

	private enum Mode {

		HONEST, STUCK, STUCK_FOR_STREAMS

	}

	/** Any method of any service, as a stream of bytes in both directions. */
	private final class Everything extends HandlerRegistry {

		@Override
		public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
			MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(BYTES, BYTES)
				.setFullMethodName(name)
				.setType(MethodDescriptor.MethodType.UNKNOWN)
				.build();
			return ServerMethodDefinition.create(method, (call, headers) -> {
				PassedCall passed = new PassedCall(call,
						DeposedEtcdLeader.this.channel.newCall(method, CallOptions.DEFAULT));
				passed.start(headers);
				return passed;
			});
		}

	}

	/** One call, passed on message by message as long as nothing is stuck. */
	private final class PassedCall extends ServerCall.Listener<byte[]> {

		private final ServerCall<byte[], byte[]> client;

		private final ClientCall<byte[], byte[]> upstream;

		private final String method;

		private boolean headersSent;

		PassedCall(ServerCall<byte[], byte[]> client, ClientCall<byte[], byte[]> upstream) {
			this.client = client;
			this.upstream = upstream;
			this.method = client.getMethodDescriptor().getFullMethodName();
		}

		void start(Metadata headers) {
			this.upstream.start(new Answers(), headers);
			this.upstream.request(1);
			this.client.request(1);
		}

		@Override
		public void onMessage(byte[] message) {
			if (!isStuck(this.method)) {
				this.upstream.sendMessage(message);
			}
			else if (this.method.equals(KEEP_ALIVE)) {
				answer(falseRenewal(message));
			}
			this.client.request(1);
		}

		@Override
		public void onHalfClose() {
			this.upstream.halfClose();
		}

		@Override
		public void onCancel() {
			this.upstream.cancel("the client has gone", null);
		}

		private synchronized void answer(byte[] message) {
			sendHeaders(new Metadata());
			this.client.sendMessage(message);
		}

		private synchronized void sendHeaders(Metadata headers) {
			if (!this.headersSent) {
				this.headersSent = true;
				this.client.sendHeaders(headers);
			}
		}

		private synchronized void end(Status status, Metadata trailers) {
			if (!this.client.isCancelled()) {
				this.client.close(status, trailers);
			}
		}

		private final class Answers extends ClientCall.Listener<byte[]> {

			@Override
			public void onHeaders(Metadata headers) {
				sendHeaders(headers);
			}

			@Override
			public void onMessage(byte[] message) {
				if (!isStuck(PassedCall.this.method)) {
					answer(message);
				}
				PassedCall.this.upstream.request(1);
			}

			@Override
			public void onClose(Status status, Metadata trailers) {
				if (!isStuck(PassedCall.this.method) || PassedCall.this.method.equals(KEEP_ALIVE)) {
					end(status, trailers);
				}
			}

		}

	}

	private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

		@Override
		public InputStream stream(byte[] value) {
			return new ByteArrayInputStream(value);
		}

		@Override
		public byte[] parse(InputStream stream) {
			try {
				return stream.readAllBytes();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
