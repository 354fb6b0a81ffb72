package io.mics.routing.delivery;

import io.mics.protocol.Delivery;
import io.mics.routing.link.Peer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A message that some of its recipients' devices are still to get.
 *
 * @param users     recipients, distinct
 * @param notBefore the earliest next attempt, as {@link System#nanoTime()} says it
 * @param taken     which nodes have it for which of the users already; it grows
 */
record WaitingMessage(List<String> users, Delivery delivery, long notBefore, Set<Taken> taken) {
    /** That the start of a node with this epoch has the message for a user's devices there, or gets it in order. */
    record Taken(String user, long epoch) {}

    /** A device that sends: its messages to one recipient keep their order. */
    record SendingDevice(String tenant, String user, String device) {
        static SendingDevice of(Delivery delivery) {
            return new SendingDevice(
                    delivery.message().getTenantId(),
                    delivery.message().getUserId(),
                    delivery.message().getDeviceId());
        }
    }

    /** A message for devices on one node. */
    static WaitingMessage at(List<String> users, Delivery delivery) {
        return new WaitingMessage(users, delivery, System.nanoTime(), Set.of());
    }

    /** A message for devices not all of which could be located. */
    static WaitingMessage unlocated(List<String> users, Delivery delivery, long notBefore, Set<Taken> taken) {
        Set<Taken> growing = ConcurrentHashMap.newKeySet();
        growing.addAll(taken);
        return new WaitingMessage(users, delivery, notBefore, growing);
    }

    /** Of some users on a node, those it is for and who do not have it there. */
    List<String> lacking(Collection<String> some, Peer node) {
        return users.stream()
                .filter(some::contains)
                .filter(user -> !taken.contains(new Taken(user, node.epoch())))
                .toList();
    }

    SendingDevice sender() {
        return SendingDevice.of(delivery);
    }

    /** Characters and bytes it keeps alive. */
    long weight() {
        long ids = 0;
        for (String user : users) {
            ids += user.length();
        }
        return delivery.weight() + ids;
    }
}
