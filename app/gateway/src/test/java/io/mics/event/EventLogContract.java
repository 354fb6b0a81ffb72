package io.mics.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.MessageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every event log keeps to, whatever holds the events. */
public abstract class EventLogContract {
    /** The log under test. */
    protected abstract EventLog log();

    /** The users of the first {@code count} events that {@code tenant}'s readers see, in their order. */
    protected abstract List<String> usersSeen(String tenant, int count);

    /** A tenant no other test uses. */
    protected abstract String newTenant();

    public static Event message(String tenant, String user, String id) {
        MessageRequest data = MessageRequest.newBuilder()
                .setTenantId(tenant)
                .setUserId(user)
                .setMsgId(id)
                .setToUserId("u2")
                .setMsgBody(ByteString.copyFromUtf8("body " + id))
                .build();
        return new Event(
                tenant,
                EventType.SINGLE_CHAT_MSG,
                user,
                "d1",
                "u2",
                data,
                1_700_000_000_004L,
                "0af7651916cd43dd8448eb211c80319c");
    }

    public static Event connected(String tenant, EventType type, String user) {
        return new Event(
                tenant,
                type,
                user,
                "d1",
                "",
                ConnectAck.newBuilder().setCode(1000).build(),
                1,
                "trace");
    }

    @Test
    void keepsWhatOneThreadPublishedInItsOrder() {
        String tenant = newTenant();
        List<String> users = IntStream.range(0, 50).mapToObj(i -> "u").toList();
        users.forEach(
                user -> assertThat(log().publish(message(tenant, user, "m"))).isTrue());
        assertThat(usersSeen(tenant, users.size())).isEqualTo(users);
    }

    @Test
    void keepsTenantsApart() {
        String one = newTenant();
        String other = newTenant();
        assertThat(log().publish(message(one, "a", "1"))).isTrue();
        assertThat(log().publish(message(other, "b", "1"))).isTrue();
        assertThat(log().publish(message(one, "a", "2"))).isTrue();
        assertThat(usersSeen(one, 2)).containsExactly("a", "a");
        assertThat(usersSeen(other, 1)).containsExactly("b");
    }

    @Test
    void takesConnectionsAndMessages() {
        String tenant = newTenant();
        List<Boolean> taken = new ArrayList<>();
        taken.add(log().publish(connected(tenant, EventType.CONNECT_ONLINE, "a")));
        taken.add(log().publish(message(tenant, "a", "1")));
        taken.add(log().publish(connected(tenant, EventType.CONNECT_OFFLINE, "a")));
        assertThat(taken).containsOnly(true);
        assertThat(usersSeen(tenant, 3)).containsExactly("a", "a", "a");
    }

    @Test
    void hasNothingQueuedOnceItIsSeen() {
        String tenant = newTenant();
        log().publish(message(tenant, "a", "1"));
        assertThat(usersSeen(tenant, 1)).hasSize(1);
        assertThat(log().unavailable()).isEmpty();
        log().forget(tenant);
        assertThat(log().queued(tenant)).isZero();
    }
}
