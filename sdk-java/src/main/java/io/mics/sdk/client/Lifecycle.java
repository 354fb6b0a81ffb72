package io.mics.sdk.client;

import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.conversation.ConversationClient;
import io.mics.sdk.conversation.Conversations;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's way from connection to connection. At most one connection at a time; what a former one still says is
 * ignored. Everything that changes runs on the loop thread, so there are no locks.
 */
final class Lifecycle implements Connection.Owner {
    private static final int ACCEPTED = 1000;
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final ScheduledExecutorService loop;
    private final Callbacks callbacks;
    private final PendingSends pending;
    private final Inbox inbox;
    private final ReconnectPolicy policy;
    private final Wire wire;
    private final @Nullable ConversationClient conversations;
    private volatile ConnectionState state = new ConnectionState.Idle();

    private @Nullable CompletableFuture<ConnectionState.Connected> first;
    private @Nullable Connection current;
    private @Nullable Heartbeat heartbeat;
    private @Nullable Future<?> timer;
    private @Nullable String token;
    private boolean started;
    private boolean finished;

    Lifecycle(ClientSettings settings, ScheduledExecutorService loop, Callbacks callbacks, PendingSends pending) {
        this.settings = settings;
        this.loop = loop;
        this.callbacks = callbacks;
        this.pending = pending;
        this.inbox = new Inbox(settings.listener(), settings.cipher());
        this.policy = new ReconnectPolicy(
                new ReconnectPolicy.Backoff(
                        settings.backoffMin(),
                        settings.backoffMax(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                settings.maxNewTokens());
        this.wire = new Wire(loop, callbacks, settings.cipher());
        this.conversations =
                settings.conversations() == null ? null : new ConversationClient(wire, settings.conversations());
    }

    @Nullable
    Conversations conversations() {
        return conversations;
    }

    int pendingSends() {
        return conversations == null ? 0 : conversations.pendingSends();
    }

    ConnectionState state() {
        return state;
    }

    /** The first attempt; a failure is final for the future, but {@code start} may be called again. */
    CompletableFuture<ConnectionState.Connected> start() {
        CompletableFuture<ConnectionState.Connected> outcome = new CompletableFuture<>();
        boolean accepted = onLoop(() -> {
            if (started || finished) {
                outcome.completeExceptionally(
                        new IllegalStateException(finished ? "this client is closed" : "connect was called before"));
                return;
            }
            started = true;
            first = outcome;
            open();
        });
        if (!accepted) {
            outcome.completeExceptionally(new IllegalStateException("this client is closed"));
        }
        return outcome;
    }

    /** Ends everything; does nothing the second time. */
    void close() {
        onLoop(() -> finish(CloseCodes.NORMAL, "closed by this client"));
    }

    @Override
    public void frame(Connection connection, ServerFrame frame) {
        if (conversations != null && conversations.take(frame, connection::consumed)) {
            return;
        }
        switch (frame.getPayloadCase()) {
            case CONNECT_ACK -> {
                onLoop(() -> accepted(connection, frame.getConnectAck()));
                connection.consumed();
            }
            case ACK -> {
                pending.acknowledge(frame.getAck());
                connection.consumed();
            }
            case DELIVERY -> callBack(connection, () -> inbox.take(frame.getDelivery()));
            case ERROR -> {
                ServerError error = frame.getError();
                callBack(connection, () -> settings.listener().onError(error.getCode(), error.getMessage()));
            }
            // a pong's arrival is all it says; other frames belong to newer clients
            case HEARTBEAT_PONG,
                    SYNC_RESULT,
                    RECALLED,
                    CONVERSATION_UPDATE,
                    PUSH,
                    GAP,
                    CONVERSATIONS,
                    EDITED,
                    READ,
                    TYPING,
                    PAYLOAD_NOT_SET -> connection.consumed();
        }
    }

    /** Runs what a frame causes in the owner's code. */
    private void callBack(Connection connection, Runnable task) {
        callbacks.run(() -> {
            try {
                task.run();
            } finally {
                connection.consumed();
            }
        });
    }

    @Override
    public void ended(Connection connection, int code, String reason) {
        onLoop(() -> {
            if (connection == current) {
                current = null;
                lost(code, reason);
            }
        });
    }

    private void open() {
        if (finished) {
            return;
        }
        move(new ConnectionState.Connecting());
        if (token != null) {
            dial(token);
            return;
        }
        callbacks.run(() -> {
            try {
                String fresh = settings.tokens().get();
                onLoop(() -> dial(fresh));
            } catch (RuntimeException e) {
                onLoop(() -> lost(CloseCodes.AUTH_FAILED, "no token: " + e));
            }
        });
    }

    private void dial(String with) {
        if (finished) {
            return;
        }
        token = with;
        Connection dialled = new Connection(this);
        current = dialled;
        Duration patience = settings.connectTimeout();
        timer = later(
                patience.multipliedBy(2), () -> dialled.fail(CloseCodes.BROKEN, "no connect_ack within the time-out"));
        var unused = settings.http()
                .newWebSocketBuilder()
                .connectTimeout(patience)
                .header("Authorization", "Bearer " + with)
                .buildAsync(settings.uri(), dialled)
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        dialled.fail(CloseCodes.BROKEN, describe(failure));
                    }
                });
    }

    private void accepted(Connection connection, ConnectAck ack) {
        FrameWriter writer = connection.writer();
        if (connection != current || writer == null || state instanceof ConnectionState.Connected) {
            return;
        }
        if (ack.getCode() != ACCEPTED) {
            connection.fail(ack.getCode(), "refused by connect_ack");
            return;
        }
        policy.connected();
        stop(timer);
        timer = later(settings.backoffMax(), policy::settled);
        heartbeat = new Heartbeat(loop, connection, writer, settings.heartbeat());
        ConnectionState.Connected connected =
                new ConnectionState.Connected(ack.getUserId(), ack.getDeviceId(), ack.getNodeId(), ack.getTraceId());
        move(connected);
        pending.attach(writer);
        wire.attach(writer);
        if (conversations != null) {
            conversations.connected(ack.getUserId(), ack.getDeviceId());
        }
        CompletableFuture<ConnectionState.Connected> waiting = first;
        first = null;
        if (waiting != null) {
            var unused = waiting.completeAsync(() -> connected);
        }
    }

    private void lost(int code, String reason) {
        if (finished) {
            return;
        }
        release();
        CompletableFuture<ConnectionState.Connected> waiting = first;
        if (waiting != null) {
            first = null;
            started = false;
            token = null;
            move(new ConnectionState.Idle());
            waiting.completeExceptionally(new ConnectRefused(code, reason));
            return;
        }
        ReconnectPolicy.Plan plan = policy.after(code, reason);
        if (plan instanceof ReconnectPolicy.Plan.Retry retry) {
            token = retry.withNewToken() ? null : token;
            move(new ConnectionState.Reconnecting(retry.delay(), code + " " + reason));
            timer = later(retry.delay(), this::open);
        } else {
            finish(code, reason);
        }
    }

    private void finish(int code, String reason) {
        if (finished) {
            return;
        }
        finished = true;
        release();
        Connection last = current;
        current = null;
        if (last != null) {
            last.close();
            var unused = later(FAREWELL, last::abort);
        }
        pending.close(code + " " + reason);
        if (conversations != null) {
            conversations.close(code + " " + reason);
        }
        if (first != null) {
            first.completeExceptionally(new ConnectRefused(code, reason));
        }
        move(new ConnectionState.Closed(code, reason));
        callbacks.stop();
        loop.shutdown();
    }

    private void release() {
        stop(timer);
        timer = null;
        if (heartbeat != null) {
            heartbeat.stop();
            heartbeat = null;
        }
        pending.detach();
        wire.detach();
        if (conversations != null) {
            conversations.disconnected();
        }
    }

    private void move(ConnectionState next) {
        state = next;
        callbacks.run(() -> settings.listener().onState(next));
    }

    private Future<?> later(Duration delay, Runnable task) {
        return loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void stop(@Nullable Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }

    /** False when the client is closed, and the task therefore pointless. */
    private boolean onLoop(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private static String describe(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof WebSocketHandshakeException refused
                ? "HTTP " + refused.getResponse().statusCode()
                : cause.toString();
    }
}
