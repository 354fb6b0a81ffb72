package io.mics.routing.home;

import io.mics.proto.node.v1.DeviceSends;
import io.mics.proto.node.v1.HandOverSends;
import io.mics.proto.node.v1.SentMessage;
import io.mics.proto.node.v1.TakenOver;
import io.mics.routing.directory.DeviceKey;
import io.mics.routing.directory.RecentSends;
import io.mics.routing.directory.RecentlyDisconnected;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** What nodes that have stopped handed to this one; forgotten after a minute or two. */
final class InheritedSends {
    /** Nobody asks for a node that a device left longer ago. */
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final ReentrantLock lock = new ReentrantLock();
    private final LongSupplier clock;
    private final RecentlyDisconnected devices;
    /** Starts of nodes that handed over all they remembered, with the time this node first knew of it. */
    private final Map<Long, Long> stopped = new HashMap<>();

    private boolean passedOn;

    /** Forgets by a clock in nanoseconds. */
    InheritedSends(LongSupplier nanoClock) {
        clock = nanoClock;
        devices = new RecentlyDisconnected(nanoClock);
    }

    /** Remembers it; false when this node stops itself, and has handed over what it was given. */
    boolean add(HandOverSends handed) {
        lock.lock();
        try {
            if (passedOn) {
                return false;
            }
            for (DeviceSends device : handed.getDevicesList()) {
                devices.inherit(
                        new DeviceKey(device.getTenantId(), device.getUserId(), device.getDeviceId()),
                        device.getSentList());
            }
            forgetStopped();
            long now = clock.getAsLong();
            handed.getStoppedList().forEach(epoch -> stopped.putIfAbsent(epoch, now));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What a device sent from a start of a node that has stopped, and whether that handed all over. */
    TakenOver find(DeviceKey device, long epoch) {
        lock.lock();
        try {
            forgetStopped();
            RecentSends sent = devices.find(device);
            TakenOver.Builder found = TakenOver.newBuilder().setHandedOver(stopped.containsKey(epoch));
            if (sent != null) {
                found.addAllSent(sent.toList());
            }
            return found.build();
        } finally {
            lock.unlock();
        }
    }

    /** All of it that is not too old, for the next; nothing is taken any more. */
    Inheritance passOn() {
        lock.lock();
        try {
            passedOn = true;
            forgetStopped();
            Map<DeviceKey, List<SentMessage>> sent = new HashMap<>();
            devices.all().forEach((device, sends) -> {
                List<SentMessage> messages = sends.toList();
                if (!messages.isEmpty()) {
                    sent.put(device, messages);
                }
            });
            return new Inheritance(sent, Set.copyOf(stopped.keySet()));
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what nobody asks for any more; called from time to time, since nothing else may come for long. */
    void forgetOld() {
        lock.lock();
        try {
            devices.forgetOld();
            forgetStopped();
        } finally {
            lock.unlock();
        }
    }

    private void forgetStopped() {
        long now = clock.getAsLong();
        stopped.values().removeIf(since -> now - since > REMEMBERED_NANOS);
    }

    /**
     * What this node has from others.
     *
     * @param devices what devices sent that is not too old; none that sent nothing
     * @param stopped starts of nodes that handed over all they remembered
     */
    record Inheritance(Map<DeviceKey, List<SentMessage>> devices, Set<Long> stopped) {}
}
