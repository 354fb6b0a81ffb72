package io.mics.testing;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.proto.hook.v1.EventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An event log that accepts and refuses offline notices as a test says, and keeps what it accepted. */
public final class OnCommand implements EventLog {
    /** The notices accepted so far. */
    public final List<Event> published = new CopyOnWriteArrayList<>();

    private volatile int room = Integer.MAX_VALUE;
    private volatile Consumer<Event> first = event -> {};

    /** Accepts from now on; {@code before} runs with each notice, before it is accepted. */
    public void accept(Consumer<Event> before) {
        room = Integer.MAX_VALUE;
        first = before;
    }

    /** Refuses from now on; {@code before} runs with each notice. */
    public void refuse(Consumer<Event> before) {
        room = 0;
        first = before;
    }

    /** Accepts no more than {@code notices} in all. */
    public void acceptUpTo(int notices) {
        room = notices;
    }

    @Override
    public boolean publish(Event event) {
        if (event.type() != EventType.OFFLINE_MESSAGE) {
            return true;
        }
        first.accept(event);
        return published.size() < room && published.add(event);
    }
}
