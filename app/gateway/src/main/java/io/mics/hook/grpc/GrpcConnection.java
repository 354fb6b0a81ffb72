package io.mics.hook.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.mics.concurrent.Deadline;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connection to one hook server. While it cannot be had, calls fail at once and it is dialled again every second,
 * not ever more seldom as gRPC would; an attempt that leads nowhere is given up.
 */
final class GrpcConnection implements AutoCloseable {
    static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final long REDIAL_MS = 1_000;
    private static final int PATIENCE = 5;
    private static final CallOptions.Key<Metadata> HEADERS = CallOptions.Key.create("hook-headers");

    private final ManagedChannel channel;
    private final Channel calls;
    private final AtomicBoolean redialling = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    GrpcConnection(ManagedChannel channel) {
        this.channel = channel;
        this.calls = ClientInterceptors.intercept(channel, new Headers());
    }

    /**
     * Makes a call on the caller's thread; an interrupt cancels it and stays set.
     *
     * @throws io.grpc.StatusRuntimeException when it ends otherwise than well
     */
    <Q> byte[] call(MethodDescriptor<Q, byte[]> method, Q request, Metadata headers, Deadline deadline) {
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS)
                .withOption(HEADERS, headers);
        return ClientCalls.blockingUnaryCall(calls, method, options, request);
    }

    boolean isConnected() {
        return channel.getState(false) == ConnectivityState.READY;
    }

    /** A call found no connection: sees to one, in the background. */
    void lost() {
        if (closed.getCount() > 0 && !isConnected() && redialling.compareAndSet(false, true)) {
            Thread.ofVirtual().name("hook-redial").start(this::redial);
        }
    }

    private void redial() {
        try {
            for (int attempt = 1; !closed.await(REDIAL_MS, TimeUnit.MILLISECONDS); attempt++) {
                ConnectivityState state = channel.getState(false);
                if (state != ConnectivityState.TRANSIENT_FAILURE && state != ConnectivityState.CONNECTING) {
                    return;
                }
                if (attempt % PATIENCE == 0) {
                    channel.enterIdle(); // also forgets a server that took the connection and says nothing
                    channel.getState(true);
                } else {
                    channel.resetConnectBackoff();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            redialling.set(false);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        channel.shutdownNow();
    }

    /** Sends what a call's options carry. */
    private static final class Headers implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.merge(options.getOption(HEADERS));
                    super.start(listener, headers);
                }
            };
        }
    }
}
