package io.mics.event;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The newest events of this process, bounded in number and bytes, oldest forgotten first. It keeps what can be shown,
 * not what must be stored, so it never refuses.
 */
public final class MemoryEventLog implements EventLog {
    private final int maxEvents;
    private final long maxBytes;
    private final Deque<Event> events = new ArrayDeque<>();
    private long bytes;

    /** A log of at most {@code maxEvents} events whose data is at most {@code maxBytes} bytes together. */
    public MemoryEventLog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean publish(Event event) {
        int size = event.data().getSerializedSize();
        synchronized (events) {
            events.add(event);
            bytes += size;
            while (events.size() > maxEvents || (bytes > maxBytes && events.size() > 1)) {
                bytes -= events.remove().data().getSerializedSize();
            }
        }
        return true;
    }

    /** The events of one tenant still remembered, oldest first. */
    public List<Event> of(String tenant) {
        synchronized (events) {
            return events.stream().filter(e -> e.tenant().equals(tenant)).toList();
        }
    }
}
