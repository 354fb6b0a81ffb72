package io.mics.testing.gateway;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.proto.hook.v1.EventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An event log that accepts and refuses offline events as a test says, and remembers what it accepted. */
public final class ScriptedEventLog implements EventLog {
    /** The offline events accepted so far. */
    public final List<Event> published = new CopyOnWriteArrayList<>();

    private volatile int room = Integer.MAX_VALUE;
    private volatile Consumer<Event> first = event -> {};

    /** Accepts from now on; {@code before} runs with each event, before it is accepted. */
    public void accept(Consumer<Event> before) {
        room = Integer.MAX_VALUE;
        first = before;
    }

    /** Refuses from now on; {@code before} runs with each event. */
    public void refuse(Consumer<Event> before) {
        room = 0;
        first = before;
    }

    /** Accepts no more than {@code events} in all. */
    public void acceptUpTo(int events) {
        room = events;
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
