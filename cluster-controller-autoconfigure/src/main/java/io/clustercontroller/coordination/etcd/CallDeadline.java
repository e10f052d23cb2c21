package io.clustercontroller.coordination.etcd;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/**
 * Gives every call a deadline, watches excepted. jetcd has none, and a future that is
 * merely timed out leaves its request behind, to be sent when etcd is back.
 */
final class CallDeadline implements ClientInterceptor {

	/**
	 * Loading the classes of gRPC alone can take more than a second on a busy machine.
	 */
	private static final Duration FIRST = Duration.ofSeconds(5);

	private static final String KEEP_ALIVE = "etcdserverpb.Lease/LeaseKeepAlive";

	private volatile Duration limit = Duration.ofSeconds(2);

	private volatile boolean warm;

	/** How long a call may take from now on. */
	void limit(Duration limit) {
		this.limit = limit;
	}

	/** A call has succeeded, so all that is slow once only has been done. */
	void warm() {
		this.warm = true;
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		boolean bounded = method.getType() == MethodType.UNARY || method.getFullMethodName().equals(KEEP_ALIVE);
		if (!bounded || options.getDeadline() != null) {
			return next.newCall(method, options);
		}
		Duration limit = this.warm ? this.limit : FIRST;
		return next.newCall(method, options.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS));
	}

}
