package io.mics.routing.directory;

import io.mics.proto.node.v1.SentMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The devices connected to this node. Implemented by the sessions. */
public interface LocalDevices {
    /**
     * One connected device.
     *
     * @param connection    unique on this node
     * @param acceptedNanos when its connection was accepted, a reading of {@link System#nanoTime()}
     */
    record Device(String tenant, String user, String device, long connection, long acceptedNanos) {
        DeviceKey key() {
            return new DeviceKey(tenant, user, device);
        }
    }

    /** All whose connection was acknowledged and is not ending, as of about now. */
    Stream<Device> devices();

    /**
     * A device connected to another node: its connection here is closed with 4409 once its last message is handled,
     * and the other node publishes that this session is offline.
     *
     * @param connection the connection to close; 0 when it has ended
     * @return what the device sent lately, oldest first
     */
    List<SentMessage> takeOver(String tenant, String user, String device, long connection);

    /** Closes a connection whose device is on another node. */
    void replaced(Device device);

    /**
     * This node stops: the devices begin nothing more here.
     *
     * @return what each sent lately, oldest first, where it sent anything; empty when none was here within a minute
     */
    Optional<Map<DeviceKey, List<SentMessage>>> handOver();
}
