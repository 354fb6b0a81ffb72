package io.mics.event;

import com.google.protobuf.MessageLite;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.Signer;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes one tenant's events into signed {@link MqEvent} bytes. Used by one thread at a time. */
public final class EventEncoder {
    private final String node;
    private final Supplier<Optional<String>> secret;
    private String signing = "";
    private Signer signer = new Signer("");

    /**
     * An encoder of one tenant's events.
     *
     * @param secret the tenant's secret now; none when the tenant is not known any more, then the last one holds
     */
    public EventEncoder(String node, Supplier<Optional<String>> secret) {
        this.node = node;
        this.secret = secret;
    }

    /** The event's bytes, fields in the order of their numbers. */
    public byte[] encode(Event event) {
        MqEvent.Builder builder = MqEvent.newBuilder()
                .setTenantId(event.tenant())
                .setEventType(event.type())
                .setUserId(event.user())
                .setDeviceId(event.device())
                .setToUserId(event.toUser())
                .setEventData(event.data().toByteString())
                .setTimestamp(event.timeMs())
                .setNodeId(node)
                .setTraceId(event.traceId());
        MessageLite data = event.data();
        if (data instanceof MessageRequest message) {
            builder.setMsgId(message.getMsgId()).setGroupId(message.getGroupId());
        }
        byte[] unsigned = builder.build().toByteArray();
        String sign = signer().sign(unsigned);
        return sign.isEmpty() ? unsigned : builder.setSign(sign).build().toByteArray();
    }

    private Signer signer() {
        String now = secret.get().orElse(signing);
        if (!now.equals(signing)) {
            signing = now;
            signer = new Signer(now);
        }
        return signer;
    }
}
