package io.mics.hook.point;

import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.LoginHook;
import jakarta.json.stream.JsonGenerator;
import org.jspecify.annotations.Nullable;

/** May this user have a session? */
public record LoginRequest(LoginEvent login) implements HookRequest<Admission> {
    @Override
    public HookPoint point() {
        return HookPoint.LOGIN;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("event")
                .write("address", login.address())
                .write("tenant_id", context.tenant())
                .write("user_id", login.userId())
                .write("device_id", login.deviceId())
                .writeEnd();
    }

    @Override
    public @Nullable Object callPlugin(Object plugin, HookContext context) throws Exception {
        return ((LoginHook) plugin).handle(context, login);
    }

    @Override
    public Admission answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.admission();
    }
}
