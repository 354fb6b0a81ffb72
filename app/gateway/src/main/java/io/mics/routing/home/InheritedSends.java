package io.mics.routing.home;

import io.mics.proto.node.v1.DeviceSends;
import io.mics.proto.node.v1.HandOverSends;
import io.mics.proto.node.v1.TakenOver;
import io.mics.routing.directory.DeviceKey;
import io.mics.routing.directory.RecentSends;
import io.mics.routing.directory.RecentlyDisconnected;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** What nodes that have stopped handed to this one; forgotten after a minute or two. */
final class InheritedSends {
    /** Nobody asks for a node that a device left longer ago. */
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final ReentrantLock lock = new ReentrantLock();
    private final RecentlyDisconnected devices = new RecentlyDisconnected();
    /** Starts of nodes that handed over all they remembered, with the time they did. */
    private final Map<Long, Long> stopped = new HashMap<>();

    private boolean passedOn;

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
            long now = System.nanoTime();
            stopped.values().removeIf(since -> now - since > REMEMBERED_NANOS);
            handed.getStoppedList().forEach(epoch -> stopped.put(epoch, now));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What a device sent from a start of a node that has stopped, and whether that handed all over. */
    TakenOver find(DeviceKey device, long epoch) {
        lock.lock();
        try {
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

    /** All of it, for the next; nothing is taken any more. */
    Inheritance passOn() {
        lock.lock();
        try {
            passedOn = true;
            return new Inheritance(devices.all(), Set.copyOf(stopped.keySet()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * What this node has from others.
     *
     * @param devices what devices sent
     * @param stopped starts of nodes that handed over all they remembered
     */
    record Inheritance(Map<DeviceKey, RecentSends> devices, Set<Long> stopped) {}
}
