package io.mics.hook.point;

import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.DeliveryHook;
import io.mics.sdk.plugin.HookContext;
import jakarta.json.stream.JsonGenerator;
import java.util.Map;

/** Somebody has got a message. */
public record DeliveryRequest(DeliveryEvent delivery) implements HookRequest.OfMessage<Acknowledged> {
    @Override
    public HookPoint point() {
        return HookPoint.DELIVERY;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("event")
                .write("message_id", delivery.messageId())
                .write("user_id", delivery.userId())
                .write("channel", delivery.ackType())
                .write("delivered_at", delivery.timestamp().toString());
        JsonFields.map(json, "metadata", Map.of("ack_type", delivery.ackType()));
        json.writeEnd();
    }

    @Override
    public Object callPlugin(Object plugin, HookContext context) throws Exception {
        ((DeliveryHook) plugin).handle(context, delivery);
        return Acknowledged.ACKNOWLEDGED;
    }

    @Override
    public Acknowledged answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.acknowledgement();
    }
}
