package io.mics.routing.link;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.mics.proto.node.v1.LinkRequest;
import io.mics.proto.node.v1.LinkResponse;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one stream, with a channel of its own: dialled once, ended once. Callbacks come on an event loop
 * and never block; {@link #send} is for the one writer.
 */
final class LinkStream extends ClientCall.Listener<LinkResponse> {
    private static final int READY_BYTES = 256 << 10;
    private static final int REQUESTED = 1 << 10;

    /** Who listens to a stream; called on an event loop. */
    interface Events {
        /** An answer came. */
        void answered(NodeAnswer answer);

        /** The stream takes more to write. */
        void writable();
    }

    /**
     * Why a stream ended.
     *
     * @param status  what gRPC calls it
     * @param refused the connection was refused: nobody listens there
     */
    record End(Status status, boolean refused) {
        /** For a log or a reply; holds nothing of any message. */
        String cause() {
            String words = status.getDescription();
            return status.getCode() + (words == null ? "" : ": " + words);
        }
    }

    private final ManagedChannel channel;
    private final ClientCall<LinkRequest, LinkResponse> call;
    private final Events events;
    private final CountDownLatch helloOrEnd = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private volatile @Nullable Peer answering;
    private volatile long lastReceived = System.nanoTime();

    LinkStream(ManagedChannel channel, Events events) {
        this.channel = channel;
        this.events = events;
        this.call = channel.newCall(LinkProtocol.LINK, CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES));
    }

    /** Dials, and introduces {@code self}. */
    void open(Peer self, long askedEpoch, String token) {
        Metadata metadata = new Metadata();
        if (!token.isEmpty()) {
            metadata.put(LinkProtocol.TOKEN, token);
        }
        call.start(this, metadata);
        call.request(REQUESTED);
        write(LinkRequest.newBuilder()
                .setHello(LinkProtocol.hello(self, askedEpoch))
                .build());
    }

    /** Waits until the other end introduced itself; empty: it did not, and the stream has ended. */
    Optional<Peer> awaitHello(long nanos) throws InterruptedException {
        if (!helloOrEnd.await(nanos, TimeUnit.NANOSECONDS)) {
            end(new End(Status.DEADLINE_EXCEEDED.withDescription("no hello"), false));
        }
        return end.get() == null ? Optional.ofNullable(answering) : Optional.empty();
    }

    /** Waits for the end, at most this long; true: it has ended. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** How long nothing came. */
    long silentNanos() {
        return System.nanoTime() - lastReceived;
    }

    /** Whether the stream takes something to write without keeping it for long. */
    boolean isWritable() {
        return end.get() == null && call.isReady();
    }

    /** Writes a batch; only by the one writer. What cannot be written any more is reported by the stream's end. */
    void send(List<NodeCall> calls, boolean heartbeat) {
        write(LinkRequest.newBuilder()
                .addAllCalls(calls)
                .setHeartbeat(heartbeat)
                .build());
    }

    /** May meet a stream that has just ended, to which gRPC objects by throwing. */
    private void write(LinkRequest request) {
        try {
            call.sendMessage(request);
        } catch (RuntimeException e) {
            end(new End(Status.UNAVAILABLE.withDescription("not writable").withCause(e), false));
        }
    }

    /** Why it ended; UNKNOWN while it has not. */
    End end() {
        End known = end.get();
        return known == null ? new End(Status.UNKNOWN, false) : known;
    }

    /** Ends the stream for a reason of ours. */
    void end(Status why) {
        end(new End(why, false));
    }

    /** Gives its connection back, without waiting for it. */
    void close() {
        end(Status.CANCELLED.withDescription("closed"));
        channel.shutdownNow();
    }

    @Override
    public void onMessage(LinkResponse response) {
        lastReceived = System.nanoTime();
        if (LinkProtocol.isUnreadable(response)) {
            end(Status.INTERNAL.withDescription("unreadable response"));
            return;
        }
        if (response.hasHello()) {
            greeted(response);
        }
        for (NodeAnswer answer : response.getAnswersList()) {
            events.answered(answer);
        }
        call.request(1);
    }

    private void greeted(LinkResponse response) {
        int version = response.getHello().getProtocolVersion();
        if (version == LinkProtocol.VERSION) {
            answering = LinkProtocol.peer(response.getHello());
            helloOrEnd.countDown();
        } else {
            end(Status.FAILED_PRECONDITION.withDescription(
                    "protocol version " + version + ", not " + LinkProtocol.VERSION));
        }
    }

    @Override
    public void onReady() {
        events.writable();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end(new End(status.isOk() ? Status.UNAVAILABLE.withDescription("closed by peer") : status, isRefusal(status)));
    }

    private void end(End why) {
        if (end.compareAndSet(null, why)) {
            call.cancel(why.cause(), null);
            helloOrEnd.countDown();
            ended.countDown();
        }
    }

    private static boolean isRefusal(Status status) {
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    && String.valueOf(cause.getMessage()).contains("refused")) {
                return true;
            }
        }
        return false;
    }
}
