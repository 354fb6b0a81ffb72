package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.LogoutEvent;
import io.mics.sdk.plugin.LogoutHook;
import jakarta.json.stream.JsonGenerator;

/** A session has ended. */
public record LogoutRequest(LogoutEvent logout) implements HookRequest<Acknowledged> {
    @Override
    public HookPoint point() {
        return HookPoint.LOGOUT;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("event")
                .write("tenant_id", context.tenant())
                .write("user_id", logout.userId())
                .write("device_id", logout.deviceId())
                .write("close_code", logout.closeCode())
                .write("timestamp", logout.timestamp().toString())
                .writeEnd();
    }

    @Override
    public Object callPlugin(Object plugin, HookContext context) throws Exception {
        ((LogoutHook) plugin).handle(context, logout);
        return Acknowledged.ACKNOWLEDGED;
    }

    @Override
    public Acknowledged answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.acknowledgement();
    }
}
