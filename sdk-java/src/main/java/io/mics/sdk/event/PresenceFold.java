package io.mics.sdk.event;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which devices are online, by the sessions that connect events name. Nodes publish independently of each other, so the
 * events of one device's sessions may interleave, and any may come again. A device is online while the session of its
 * last {@link Event.ConnectOnline}, leaving out sessions already ended, has not ended. A session ends with its
 * {@link Event.ConnectOffline}, or when its node has started again: a node that was killed publishes no more about it.
 *
 * <p>Holds one entry per device online, one per node, and the newest ended sessions. An event without a session id, of
 * an older gateway, applies as it comes. For one thread, such as the consumer's handler.
 */
public final class PresenceFold {
    private static final int MAX_NODES = 10_000;

    private final int maxEnded;
    private final Map<Device, String> online = new HashMap<>();
    private final Set<String> ended = new LinkedHashSet<>();
    private final Map<String, Long> starts = new LinkedHashMap<>();

    /** One device of one user. */
    public record Device(String tenantId, String userId, String deviceId) {}

    /** A session id in its parts. */
    private record Session(String node, long epoch, long number) {
        private static final Session UNKNOWN = new Session("", 0, 0);

        static Session parse(String id) {
            int number = id.lastIndexOf('-');
            int epoch = number < 0 ? -1 : id.lastIndexOf('-', number - 1);
            if (epoch <= 0) {
                return UNKNOWN;
            }
            try {
                return new Session(
                        id.substring(0, epoch),
                        Long.parseLong(id.substring(epoch + 1, number)),
                        Long.parseLong(id.substring(number + 1)));
            } catch (NumberFormatException e) {
                return UNKNOWN;
            }
        }

        /** Both of one start of one node, and this one began before. */
        boolean before(Session other) {
            return node.equals(other.node) && epoch == other.epoch && number < other.number;
        }
    }

    /**
     * With nobody online.
     *
     * @param endedSessions how many ended sessions are remembered, the oldest is forgotten first; as many as can end
     *     while the slowest node's events are late or a consumer reads events again
     */
    public PresenceFold(int endedSessions) {
        if (endedSessions < 1) {
            throw new IllegalArgumentException("endedSessions must be at least 1, not " + endedSessions);
        }
        this.maxEnded = endedSessions;
    }

    /** Takes in the next event; says whether a device went online or offline by it. Other events change nothing. */
    public boolean add(Event event) {
        boolean connected = event instanceof Event.ConnectOnline;
        if (!connected && !(event instanceof Event.ConnectOffline)) {
            return false;
        }
        Envelope envelope = event.envelope();
        Session session = Session.parse(envelope.sessionId());
        boolean restarted = started(session);
        Device device = new Device(envelope.tenantId(), envelope.userId(), envelope.deviceId());
        boolean changed =
                connected ? began(device, envelope.sessionId(), session) : ended(device, envelope.sessionId());
        return changed || restarted;
    }

    private boolean began(Device device, String id, Session session) {
        if (ended.contains(id) || session.epoch() < starts.getOrDefault(session.node(), 0L)) {
            return false;
        }
        String current = online.get(device);
        if (current != null && session.before(Session.parse(current))) {
            return false;
        }
        online.put(device, id);
        return current == null;
    }

    private boolean ended(Device device, String id) {
        if (!id.isEmpty()) {
            ended.add(id);
            if (ended.size() > maxEnded) {
                removeOldest(ended.iterator());
            }
        }
        return id.isEmpty() ? online.remove(device) != null : online.remove(device, id);
    }

    /** Ends all sessions of the node's earlier starts; whether one of them was a device's current. */
    private boolean started(Session session) {
        Long before = starts.get(session.node());
        if (session.equals(Session.UNKNOWN) || (before != null && session.epoch() <= before)) {
            return false;
        }
        starts.put(session.node(), session.epoch());
        if (starts.size() > MAX_NODES) {
            removeOldest(starts.keySet().iterator());
        }
        return before != null
                && online.values().removeIf(id -> {
                    Session each = Session.parse(id);
                    return each.node().equals(session.node()) && each.epoch() < session.epoch();
                });
    }

    private static void removeOldest(Iterator<String> all) {
        all.next();
        all.remove();
    }

    /** Whether this device is online. */
    public boolean online(String tenantId, String userId, String deviceId) {
        return online.containsKey(new Device(tenantId, userId, deviceId));
    }

    /** All devices online now; a copy. */
    public Set<Device> online() {
        return Set.copyOf(online.keySet());
    }
}
