package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.PendingWrites;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.protocol.StoredMessage;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stored message is on one connection once, whichever of the nodes that have stored and found it stored is first. */
class StoredMessageOnceTest {
    private final Devices devices = new Devices(new OutboundBudget(0));

    @AfterEach
    void close() {
        devices.close();
    }

    private static Delivery stored(long seq) {
        StoredMessage message = new StoredMessage(
                ConversationRef.ofUsers("u1", "u2"),
                seq,
                1_000 + seq,
                "u2",
                "d1",
                "m" + seq,
                "text",
                ByteString.copyFromUtf8("hello"),
                Map.of(),
                1,
                0,
                0,
                0);
        return Delivery.stored("t1", message, Delivery.ToSendingDevice.NOTHING, "trace");
    }

    private static void send(Session session, Delivery delivery) {
        PendingWrites writes = new PendingWrites();
        assertThat(session.send(delivery, writes)).isTrue();
        writes.start();
    }

    @Test
    void theNodeThatStoredAMessageMayComeAfterTheOneThatFoundItStored() {
        Devices.Taking socket = new Devices.Taking();
        Session session = devices.session("u1", socket);
        session.goLive();
        send(session, stored(1));
        send(session, stored(3).asRedelivery());
        send(session, stored(2).asRedelivery());
        send(session, stored(4));

        send(session, stored(2));
        send(session, stored(3));
        send(session, stored(1).asRedelivery());

        assertThat(socket.taken).containsExactly("m1", "m3", "m2", "m4");
    }
}
