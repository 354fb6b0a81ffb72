package io.mics.hook.point;

import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.HookContext;
import jakarta.json.stream.JsonGenerator;

/** A device has shown that it is there. */
public record HeartbeatRequest(HeartbeatEvent heartbeat) implements HookRequest<Acknowledged> {
    @Override
    public HookPoint point() {
        return HookPoint.HEARTBEAT;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("event")
                .write("tenant_id", context.tenant())
                .write("user_id", heartbeat.userId())
                .write("device_id", heartbeat.deviceId())
                .write("timestamp", heartbeat.timestamp().toString())
                .writeEnd();
    }

    @Override
    public Object callPlugin(Object plugin, HookContext context) throws Exception {
        ((HeartbeatHook) plugin).handle(context, heartbeat);
        return Acknowledged.ACKNOWLEDGED;
    }

    @Override
    public Acknowledged answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.acknowledgement();
    }
}
