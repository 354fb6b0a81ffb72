package io.mics.routing.link;

import io.mics.concurrent.PendingWrites;
import io.mics.concurrent.ResizableSemaphore;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Log;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One start of a node that calls this one: its latest link, the responses to its calls, and those in flight. Calls
 * are handled in the order of the latest link; those of an earlier one are dropped, since they would come too late.
 */
final class InboundPeer {
    private static final Log LOG = Log.of(InboundPeer.class);
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(1);

    private final Peer peer;
    private final PeerRequests requests;
    private final ResponseCache responses;
    private final Semaphore permits;
    private final ExecutorService blocking = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("link-call-", 0).factory());
    private final ReentrantLock turn = new ReentrantLock();
    private volatile @Nullable InboundLink current;
    private volatile long lastLinked = System.nanoTime();

    /** A peer without a link; {@code answers} is the room for the responses to it and all others. */
    InboundPeer(Peer peer, PeerRequests requests, LinkSettings settings, SharedByteBudget answers) {
        this.peer = peer;
        this.responses = new ResponseCache(answers, peer.node());
        this.requests = requests;
        this.permits = new ResizableSemaphore(settings.inFlight());
    }

    Peer peer() {
        return peer;
    }

    /** {@code link} is the one calls come over from now on. */
    void linked(InboundLink link) {
        InboundLink before;
        turn.lock();
        try {
            before = current;
            current = link;
        } finally {
            turn.unlock();
        }
        if (before != null && before != link) {
            before.end("a later link of the same node");
        }
    }

    /** {@code link} is over. */
    void unlinked(InboundLink link) {
        lastLinked = System.nanoTime();
        if (current == link) {
            current = null;
        }
    }

    /** Whether it has had no link for so long that it repeats nothing any more. */
    boolean isForgettable() {
        return current == null && System.nanoTime() - lastLinked > REMEMBERED;
    }

    /** Handles calls in their order; returns the answers at hand, the others follow. */
    List<NodeAnswer> handle(List<NodeCall> asked, InboundLink from) throws InterruptedException {
        List<NodeAnswer> answers = new ArrayList<>(asked.size());
        PendingWrites writes = new PendingWrites();
        turn.lockInterruptibly();
        try {
            for (NodeCall call : asked) {
                if (current != from) {
                    return List.of();
                }
                switch (responses.received(call.getId(), call.getAgain())) {
                    case ResponseCache.Seen.First first -> begin(call, answers, writes);
                    case ResponseCache.Seen.InFlight inFlight -> {}
                    case ResponseCache.Seen.Done done -> answers.add(done.answer());
                    case ResponseCache.Seen.Forgotten forgotten ->
                        answers.add(NodeAnswer.newBuilder()
                                .setId(call.getId())
                                .setForgotten(true)
                                .build());
                }
            }
        } finally {
            turn.unlock();
            writes.start();
        }
        return answers;
    }

    private void begin(NodeCall call, List<NodeAnswer> answers, PendingWrites writes) throws InterruptedException {
        if (!requests.blocks(call)) {
            answers.add(answer(call, writes));
            return;
        }
        if (!permits.tryAcquire()) {
            answers.add(refused(call, "too many calls in flight"));
            return;
        }
        try {
            blocking.execute(() -> block(call));
        } catch (RejectedExecutionException e) {
            permits.release();
            answers.add(refused(call, "closing"));
        }
    }

    private NodeAnswer refused(NodeCall call, String cause) {
        responses.notBegun(call.getId());
        return NodeAnswer.newBuilder().setId(call.getId()).setRefused(cause).build();
    }

    private void block(NodeCall call) {
        try {
            PendingWrites writes = new PendingWrites();
            NodeAnswer answer = answer(call, writes);
            writes.start();
            InboundLink link = current;
            if (link != null) {
                link.answer(answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            permits.release();
        }
    }

    private NodeAnswer answer(NodeCall call, PendingWrites writes) throws InterruptedException {
        NodeAnswer answer;
        try {
            answer = requests.answer(peer, call, writes).setId(call.getId()).build();
        } catch (RuntimeException e) {
            LOG.error(
                    "peer_call_failed",
                    e,
                    "peer",
                    peer.node(),
                    "call",
                    call.getCallCase().name());
            answer = NodeAnswer.newBuilder()
                    .setId(call.getId())
                    .setFailure(e.toString())
                    .build();
        }
        responses.done(call.getId(), answer);
        return answer;
    }

    /** It repeats nothing any more: gives the room of its answers back. */
    void forget() {
        responses.close();
    }

    /** Interrupts what is in flight. */
    void close() {
        blocking.shutdownNow();
        responses.close();
    }
}
