package io.mics.routing;

import io.mics.proto.node.v1.SentMessage;
import java.util.List;
import java.util.stream.Stream;

/** The devices connected to this node. Implemented by the sessions. */
public interface LocalDevices {
    /** One connected device. */
    record Device(String tenant, String user, String device, long connection, long sinceMillis) {}

    /** All of them, as of about now. */
    Stream<Device> devices();

    /**
     * A device connected to another node: its connection here is closed with 4409 once what it said last is handled.
     *
     * @param connection the connection to close; 0 when it has ended
     * @return what the device sent lately, oldest first
     */
    List<SentMessage> takeOver(String tenant, String user, String device, long connection);

    /** Closes a connection whose device is on another node. */
    void replaced(Device device);
}
