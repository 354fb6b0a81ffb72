package io.mics.sdk.client;

import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.sdk.conversation.Conversations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * One device of one user, connected to the gateway. Once connected it stays so, reconnecting by itself until it is
 * closed or the gateway says to stop; messages sent meanwhile wait. Safe for many threads. A message accepted once is
 * not delivered twice: resends keep their id, and the gateway knows them.
 */
public final class MicsClient implements AutoCloseable {
    private final PendingSends pending;
    private final Lifecycle lifecycle;
    private final ClientSettings settings;

    MicsClient(ClientSettings settings) {
        this.settings = settings;
        ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mics-client");
            thread.setDaemon(true);
            return thread;
        });
        loop.setRemoveOnCancelPolicy(true);
        pending = new PendingSends(loop, settings.ackTimeout(), settings.maxAttempts(), settings.maxPending());
        lifecycle = new Lifecycle(settings, loop, new Callbacks(), pending);
    }

    /** A client to be described. */
    public static MicsClientBuilder builder() {
        return new MicsClientBuilder();
    }

    /**
     * Connects, once: waits until the gateway accepts, and from then on reconnects by itself. After a refusal it may be
     * called again. Not to be called from the listener.
     *
     * @throws ConnectRefused the gateway refused, or could not be reached; no further attempt is made
     * @throws InterruptedException interrupted; the client is closed
     * @throws IllegalStateException already connected, or closed
     */
    public ConnectionState.Connected connect() throws ConnectRefused, InterruptedException {
        try {
            return lifecycle.start().get();
        } catch (InterruptedException e) {
            close();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectRefused refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Sends to a user. The outcome comes at the latest after {@code maxAttempts} ack timeouts; the future never fails.
     * What depends on it runs on a network thread: use the {@code Async} methods for anything that blocks.
     */
    public CompletableFuture<SendOutcome> send(String toUser, byte[] body) {
        return send(
                MessageRequest.newBuilder().setMsgType(MessageType.SINGLE_CHAT).setToUserId(toUser), body);
    }

    /** Sends to all members of a group; as {@link #send} otherwise. */
    public CompletableFuture<SendOutcome> sendToGroup(String group, byte[] body) {
        return send(
                MessageRequest.newBuilder().setMsgType(MessageType.GROUP_CHAT).setGroupId(group), body);
    }

    private CompletableFuture<SendOutcome> send(MessageRequest.Builder message, byte[] body) {
        return pending.add(
                message, settings.cipher() == null ? body : settings.cipher().seal(body));
    }

    /**
     * The durable conversations of this client's user.
     *
     * @throws IllegalStateException the client was built without {@link MicsClientBuilder#conversations}
     */
    public Conversations conversations() {
        Conversations conversations = lifecycle.conversations();
        if (conversations == null) {
            throw new IllegalStateException("this client was built without conversations");
        }
        return conversations;
    }

    /** Where the client is right now. */
    public ConnectionState state() {
        return lifecycle.state();
    }

    /** How many messages wait for their outcome; those to conversations count until they are accepted. */
    public int pendingSends() {
        return pending.size() + lifecycle.pendingSends();
    }

    /** Closes for good, without waiting; what is unacknowledged becomes {@link SendOutcome.Unanswered}. */
    @Override
    public void close() {
        lifecycle.close();
    }
}
