package io.mics.routing.link;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.mics.observe.Log;
import io.mics.proto.node.v1.LinkHello;
import io.mics.proto.node.v1.LinkRequest;
import io.mics.proto.node.v1.LinkResponse;
import io.mics.proto.node.v1.NodeAnswer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one stream. Callbacks come on Helidon's stream thread, except a cancellation. Helidon notifies
 * nobody when a connection dies, and its stream thread then waits for ever: {@link #end} interrupts it.
 */
final class InboundLink extends ServerCall.Listener<LinkRequest> {
    private static final Log LOG = Log.of(InboundLink.class);
    private static final int REQUESTED = 1 << 10;

    private final ServerCall<LinkRequest, LinkResponse> call;
    private final LinkAcceptor acceptor;
    private final Thread thread = Thread.currentThread();
    private final WriteQueue<NodeAnswer> queue = new WriteQueue<>(NodeAnswer::getSerializedSize);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable InboundPeer peer;
    private volatile long lastReceived = System.nanoTime();

    /** A link on the current thread, its stream's. */
    InboundLink(ServerCall<LinkRequest, LinkResponse> call, LinkAcceptor acceptor) {
        this.call = call;
        this.acceptor = acceptor;
    }

    /** How long nothing came. */
    long silentNanos() {
        return System.nanoTime() - lastReceived;
    }

    @Override
    public void onReady() {
        call.sendHeaders(new Metadata());
        // one more for each that comes: Helidon loses count when a message meets no request
        call.request(REQUESTED);
    }

    /** Must not throw: Helidon would write the message to its log. */
    @Override
    public void onMessage(LinkRequest request) {
        lastReceived = System.nanoTime();
        try {
            if (LinkProtocol.isUnreadable(request)) {
                close(Status.INVALID_ARGUMENT.withDescription("unreadable request"));
            } else if (!ended.get()) {
                handle(request);
            }
        } catch (RuntimeException e) {
            LOG.error("inbound_link_failed", e);
            close(Status.INTERNAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            call.request(1);
        }
    }

    private void handle(LinkRequest request) throws InterruptedException {
        if (request.hasHello()) {
            greet(request.getHello());
        }
        InboundPeer from = peer;
        List<NodeAnswer> answers = List.of();
        if (from != null && request.getCallsCount() > 0) {
            answers = from.handle(request.getCallsList(), this);
        }
        boolean claimed = queue.addAll(answers);
        if (request.getHeartbeat()) {
            claimed |= queue.addHeartbeat();
        }
        if (claimed) {
            write();
        }
    }

    private void greet(LinkHello hello) throws InterruptedException {
        switch (acceptor.handshake(hello, this)) {
            case LinkAcceptor.Handshake.Accepted accepted -> {
                sendHello();
                peer = accepted.peer();
            }
            case LinkAcceptor.Handshake.Probe probe -> sendHello();
            case LinkAcceptor.Handshake.Refused refused ->
                close(Status.FAILED_PRECONDITION.withDescription(refused.cause()));
        }
    }

    private void sendHello() {
        call.sendMessage(LinkResponse.newBuilder().setHello(acceptor.hello()).build());
    }

    /** Sends an answer that was not at hand at once. */
    void answer(NodeAnswer answer) {
        if (ended.get()) {
            return;
        }
        if (queue.add(answer)) {
            write();
        } else {
            endIfUnread();
        }
    }

    /** Bytes of answers that wait for the other end to read. */
    long unreadBytes() {
        return queue.bytes();
    }

    private void endIfUnread() {
        if (acceptor.holdsTooMuch(this)) {
            end("does not read its answers");
        }
    }

    /** Writes what waits, however long the other end takes to read; by whoever claimed the queue. */
    private void write() {
        try {
            Optional<WriteQueue.Batch<NodeAnswer>> batch = queue.take(answer -> true);
            while (batch.isPresent()) {
                call.sendMessage(LinkResponse.newBuilder()
                        .addAllAnswers(batch.get().items())
                        .setHeartbeat(batch.get().heartbeat())
                        .build());
                endIfUnread();
                batch = queue.take(answer -> true);
            }
        } catch (RuntimeException e) {
            end("not writable: " + e);
        }
    }

    @Override
    public void onHalfClose() {
        close(Status.OK);
    }

    /** The other end reset the stream, or Helidon could not read it. */
    @Override
    public void onCancel() {
        if (Thread.currentThread().equals(thread)) {
            close(Status.INVALID_ARGUMENT.withDescription("unreadable request"));
        } else {
            end("cancelled");
        }
    }

    /** Ends the stream with a status for the other end; on the stream's thread, which then ends by itself. */
    private void close(Status status) {
        if (ended.compareAndSet(false, true)) {
            over(status.toString());
            call.close(status, new Metadata());
        }
    }

    /** Ends the stream from any thread, without a status: the other end may not be there to read it. */
    void end(String cause) {
        if (ended.compareAndSet(false, true)) {
            over(cause);
            thread.interrupt();
        }
    }

    private void over(String cause) {
        acceptor.ended(this);
        InboundPeer from = peer;
        if (from != null) {
            from.unlinked(this);
            LOG.info("inbound_link_ended", "peer", from.peer().node(), "cause", cause);
        }
    }
}
