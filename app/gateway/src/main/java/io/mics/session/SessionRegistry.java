package io.mics.session;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.SentMessage;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.routing.delivery.PacedBroadcast;
import io.mics.routing.directory.DeviceKey;
import io.mics.routing.directory.LocalDevices;
import io.mics.routing.directory.RecentSends;
import io.mics.routing.directory.RecentlyDisconnected;
import io.mics.routing.directory.Routes;
import io.mics.tenant.LimitSettings;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every session of this node, by user. Limits are strict: of two connections racing for the last one a limit allows
 * only one gets in. Look-ups take no lock.
 */
public final class SessionRegistry implements LocalDelivery, LocalDevices {
    /** A device's last message has this long to be handled when another node takes it over. */
    private static final long LAST_MESSAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Map<UserKey, Session[]> sessions = new ConcurrentHashMap<>();
    private final UserFilter users = new UserFilter();
    private final Map<String, AtomicInteger> connections = new ConcurrentHashMap<>();
    private final Metrics.PerTenant<Counter> delivered;
    private final AtomicInteger total = new AtomicInteger();
    private final ReentrantLock shedding = new ReentrantLock();
    private final OutboundBudget budget;
    private final PacedBroadcast broadcasts = new PacedBroadcast();
    private final RecentlyDisconnected disconnected = new RecentlyDisconnected();
    /** Unregistered, and what was published of them is not complete. */
    private final Map<DeviceKey, Session> ending = new ConcurrentHashMap<>();

    private record UserKey(String tenant, String user) {}

    public SessionRegistry(OutboundBudget budget, Metrics metrics) {
        this.budget = budget;
        this.delivered = metrics.perTenant(tenant -> metrics.counter(Metric.DELIVERIES, tenant, "local"));
    }

    /**
     * Adds a session, replacing the same device's if it has one whose connection was accepted earlier, whatever their
     * limits; one that is ending already does not count. Accepted is with the session that was replaced.
     */
    ConnectDecision<Optional<Session>> register(Session session) {
        LimitSettings limits = session.tenant().settings().limits();
        AtomicReference<ConnectDecision<Optional<Session>>> decision =
                new AtomicReference<>(new ConnectDecision.Accepted<>(Optional.empty()));
        sessions.compute(keyOf(session), (key, devices) -> {
            int same = indexOfDevice(devices, session.device());
            if (devices != null && same >= 0) {
                if (devices[same].connectionId() > session.connectionId() && devices[same].closing() == null) {
                    decision.set(ConnectDecision.superseded());
                    return devices;
                }
                decision.set(new ConnectDecision.Accepted<>(Optional.of(devices[same])));
                follow(session, devices[same]);
                Session[] replaced = devices.clone();
                replaced[same] = session;
                return replaced;
            }
            int count = devices == null ? 0 : devices.length;
            if (limits.devicesPerUser() > 0 && count >= limits.devicesPerUser()) {
                decision.set(Routes.Limit.DEVICES_OF_USER.refusal());
                return devices;
            }
            if (!reserve(session.tenant().id(), limits.connections())) {
                decision.set(Routes.Limit.CONNECTIONS_OF_TENANT.refusal());
                return devices;
            }
            followDisconnected(session);
            if (devices == null) {
                users.add(key.tenant(), key.user());
            }
            Session[] added = devices == null ? new Session[1] : Arrays.copyOf(devices, count + 1);
            added[count] = session;
            return added;
        });
        return decision.get();
    }

    private static void follow(Session session, Session earlier) {
        session.presenceEvents().follows(earlier);
        session.continueWith(earlier.recentSends());
    }

    private void followDisconnected(Session session) {
        DeviceKey key = session.key();
        Session earlier = ending.get(key);
        if (earlier != null) {
            follow(session, earlier);
            return;
        }
        RecentSends sent = disconnected.find(key);
        if (sent != null) {
            session.continueWith(sent);
        }
    }

    /** Removes exactly this session, whose end is not published yet; says whether it was there. */
    boolean unregister(Session session) {
        boolean[] removed = new boolean[1];
        boolean[] last = new boolean[1];
        UserKey user = keyOf(session);
        sessions.computeIfPresent(user, (key, devices) -> {
            Session[] left = Arrays.stream(devices).filter(s -> s != session).toArray(Session[]::new);
            removed[0] = left.length < devices.length;
            if (removed[0]) {
                ending.put(session.key(), session);
                disconnected.add(session.key(), session.recentSends());
            }
            last[0] = left.length == 0;
            return last[0] ? null : left;
        });
        if (last[0]) {
            users.remove(user.tenant(), user.user());
        }
        if (removed[0]) {
            total.decrementAndGet();
            connections.computeIfPresent(
                    session.tenant().id(), (tenant, count) -> count.decrementAndGet() == 0 ? null : count);
        }
        return removed[0];
    }

    /** All of a session's end is published. */
    void ended(Session session) {
        ending.remove(session.key(), session);
    }

    @Override
    public LocalOutcome deliver(String tenant, String user, Delivery delivery, long except, PendingWrites writes) {
        Session[] devices = sessions.get(new UserKey(tenant, user));
        if (devices == null) {
            return LocalOutcome.NO_SESSION;
        }
        int taken = 0;
        boolean leftOut = false;
        for (Session device : devices) {
            if (device.connectionId() == except || isAcknowledged(device, delivery)) {
                leftOut = true;
            } else if (device.send(delivery, writes)) {
                taken++;
            }
        }
        if (budget.exceeded()) {
            shedLargestQueue();
        }
        if (taken > 0 && !delivery.isRedelivery()) {
            delivered.of(tenant).add(taken);
        }
        return taken > 0 || (leftOut && devices.length == 1) ? LocalOutcome.delivered(taken) : LocalOutcome.NOT_TAKEN;
    }

    /**
     * Whether it is the device that sent a stored message, and gets no delivery of it; it may get its acknowledgement
     * now.
     */
    private static boolean isAcknowledged(Session device, Delivery delivery) {
        Delivery.Stored stored = delivery.stored();
        if (stored == null
                || !device.user().equals(delivery.message().getUserId())
                || !device.device().equals(stored.sendingDevice())) {
            return false;
        }
        return switch (stored.toSendingDevice()) {
            case MESSAGE -> false;
            case NOTHING -> {
                device.durable().withheld(stored);
                yield true;
            }
            case ACK -> {
                device.durable().stored(delivery.storedAck());
                device.durable().withheld(stored);
                yield true;
            }
            case ACK_AND_MESSAGE -> {
                device.durable().stored(delivery.storedAck());
                yield false;
            }
        };
    }

    @Override
    public List<String> users(String tenant) {
        return sessions.keySet().stream()
                .filter(key -> key.tenant().equals(tenant))
                .map(UserKey::user)
                .toList();
    }

    @Override
    public void deliverToEverybody(String tenant, Delivery delivery, long except) {
        broadcasts.add(this, tenant, delivery, except);
    }

    @Override
    public boolean mayHaveSession(String tenant, int userHash) {
        return users.mayHave(tenant, userHash);
    }

    @Override
    public Stream<Device> devices() {
        return all().filter(Session::isOpen).map(Session::toDevice);
    }

    @Override
    public List<SentMessage> takeOver(String tenant, String user, String device, long connection) {
        DeviceKey key = new DeviceKey(tenant, user, device);
        Session session = find(tenant, user, device);
        Session over = ofConnection(connection, session == null ? ending.get(key) : session);
        if (over != null) {
            over.presenceEvents().movedAway();
            over.close(CloseCode.REPLACED, ConnectDecision.REPLACED);
        } else if (session != null && session.closing() != null) {
            over = session;
        }
        if (over != null) {
            over.awaitHandled(LAST_MESSAGE_NANOS);
        }
        RecentSends sent = session != null ? session.recentSends() : disconnected.find(key);
        return sent == null ? List.of() : sent.takeOver(over == null ? 0 : over.connectionId());
    }

    /** The session of this connection, the newest of its device or one that it replaced. */
    private static @Nullable Session ofConnection(long connection, @Nullable Session newest) {
        return newest == null || newest.connectionId() == connection
                ? newest
                : newest.presenceEvents().replaced(connection);
    }

    @Override
    public void replaced(Device device) {
        Session session = find(device.tenant(), device.user(), device.device());
        if (session != null && session.connectionId() == device.connection()) {
            session.presenceEvents().movedAway();
            session.close(CloseCode.REPLACED, ConnectDecision.REPLACED);
            var unused = session.recentSends().takeOver(device.connection());
        }
    }

    @Override
    public Optional<Map<DeviceKey, List<SentMessage>>> handOver() {
        Map<DeviceKey, RecentSends> devices = new HashMap<>(disconnected.all());
        List<Session> left = all().toList();
        left.forEach(session -> devices.put(session.key(), session.recentSends()));
        if (left.isEmpty() && !disconnected.anyLately()) {
            return Optional.empty();
        }
        Map<DeviceKey, List<SentMessage>> sent = HashMap.newHashMap(devices.size());
        devices.forEach((device, sends) -> {
            List<SentMessage> messages = sends.takeOver(Long.MAX_VALUE);
            if (!messages.isEmpty()) {
                sent.put(device, messages);
            }
        });
        return Optional.of(sent);
    }

    private @Nullable Session find(String tenant, String user, String device) {
        Session[] devices = sessions.get(new UserKey(tenant, user));
        int at = indexOfDevice(devices, device);
        return devices == null || at < 0 ? null : devices[at];
    }

    /** A session of the user that may be given what is buffered, if there is one. */
    @Nullable
    Session find(String tenant, String user) {
        Session[] devices = sessions.get(new UserKey(tenant, user));
        if (devices == null) {
            return null;
        }
        for (Session device : devices) {
            if (device.isOpen()) {
                return device;
            }
        }
        return null;
    }

    /**
     * Gives what {@code session} got out of a buffer to the user's other devices that were here when it was accepted:
     * it was buffered because they were not found, and one that got it all the same knows its identity.
     */
    void alsoDeliver(Session session, Delivery delivery) {
        Session[] devices = sessions.get(keyOf(session));
        if (devices == null || devices.length == 1 || delivery.id() == 0) {
            return;
        }
        PendingWrites writes = new PendingWrites();
        for (Session device : devices) {
            if (device != session && device.isOpen() && device.openedNanos() - delivery.acceptedNanos() < 0) {
                device.send(delivery.asRedelivery(), writes);
            }
        }
        writes.start();
    }

    /** Whether a device other than {@code session}'s was there to get what was accepted at {@code acceptedNanos}. */
    boolean othersGot(Session session, long acceptedNanos) {
        Session[] devices = sessions.get(keyOf(session));
        if (devices == null) {
            return false;
        }
        for (Session device : devices) {
            if (device != session && device.openedNanos() - acceptedNanos < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a tenant has sessions here. */
    public boolean hasSessions(String tenant) {
        return connections.containsKey(tenant);
    }

    /** Sessions of this node. */
    public int size() {
        return total.get();
    }

    /** Every session, as of about now. */
    public Stream<Session> all() {
        return sessions.values().stream().flatMap(Arrays::stream);
    }

    /** The node's queues hold too much: closes the session with the largest. */
    private void shedLargestQueue() {
        if (!shedding.tryLock()) {
            return;
        }
        try {
            if (budget.exceeded()) {
                all().filter(s -> s.closing() == null)
                        .max(Comparator.comparingLong(s -> s.queue().bytes()))
                        .ifPresent(s -> s.close(CloseCode.TOO_SLOW, "the node's outbound queues are full"));
            }
        } finally {
            shedding.unlock();
        }
    }

    private boolean reserve(String tenant, int max) {
        boolean[] taken = new boolean[1];
        connections.compute(tenant, (key, count) -> {
            AtomicInteger connected = count == null ? new AtomicInteger() : count;
            taken[0] = max == 0 || connected.get() < max;
            if (taken[0]) {
                connected.incrementAndGet();
            }
            return connected.get() == 0 ? null : connected;
        });
        if (taken[0]) {
            total.incrementAndGet();
        }
        return taken[0];
    }

    private static int indexOfDevice(Session @Nullable [] devices, String device) {
        for (int i = 0; devices != null && i < devices.length; i++) {
            if (devices[i].device().equals(device)) {
                return i;
            }
        }
        return -1;
    }

    private static UserKey keyOf(Session session) {
        return new UserKey(session.tenant().id(), session.user());
    }
}
