package io.mics.event;

import io.mics.proto.hook.v1.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An event log for tests: the newest events of this process, oldest overwritten first. Like the log of a node without
 * Kafka it refuses nothing but offline events; an event with too much data is left out. Takes no lock.
 */
public final class MemoryEventLog implements EventLog {
    private final AtomicReferenceArray<@Nullable Event> newest;
    private final AtomicLong next = new AtomicLong();
    private final int maxDataBytes;

    /** A log of {@code events} events with at most {@code maxDataBytes} bytes of data each. */
    public MemoryEventLog(int events, int maxDataBytes) {
        this.newest = new AtomicReferenceArray<>(events);
        this.maxDataBytes = maxDataBytes;
    }

    @Override
    public boolean publish(Event event) {
        if (event.type() == EventType.OFFLINE_MESSAGE) {
            return false;
        }
        if (event.data().getSerializedSize() <= maxDataBytes) {
            newest.lazySet((int) (next.getAndIncrement() % newest.length()), event);
        }
        return true;
    }

    /** The events of one tenant still remembered, oldest first. */
    public List<Event> of(String tenant) {
        List<Event> found = new ArrayList<>();
        long end = next.get();
        for (long i = Math.max(0, end - newest.length()); i < end; i++) {
            Event event = newest.get((int) (i % newest.length()));
            if (event != null && event.tenant().equals(tenant)) {
                found.add(event);
            }
        }
        return found;
    }
}
