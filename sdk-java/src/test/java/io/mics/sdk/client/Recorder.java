package io.mics.sdk.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Remembers what a client told it. */
final class Recorder implements ClientListener {
    final BlockingQueue<Incoming> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<String> unreadable = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> errors = new LinkedBlockingQueue<>();
    private final BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();

    @Override
    public void onMessage(Incoming message) {
        messages.add(message);
    }

    @Override
    public void onUnreadable(Incoming message, String reason) {
        unreadable.add(reason);
    }

    @Override
    public void onState(ConnectionState state) {
        states.add(state);
    }

    @Override
    public void onError(int code, String message) {
        errors.add(code);
    }

    Incoming message() throws InterruptedException {
        return required(messages.poll(10, TimeUnit.SECONDS));
    }

    /** The next state of this kind; others before it are skipped. */
    <S extends ConnectionState> S await(Class<S> kind) throws InterruptedException {
        while (true) {
            ConnectionState state = states.poll(10, TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " within 10 s");
            }
            if (kind.isInstance(state)) {
                return kind.cast(state);
            }
        }
    }

    /** The next state, whatever it is. */
    ConnectionState next() throws InterruptedException {
        return await(ConnectionState.class);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("nothing within 10 s");
        }
        return value;
    }
}
