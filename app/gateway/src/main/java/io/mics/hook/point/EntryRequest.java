package io.mics.hook.point;

import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HookContext;
import jakarta.json.stream.JsonGenerator;
import org.jspecify.annotations.Nullable;

/** May whoever connects go on? */
public record EntryRequest(EntryEvent entry) implements HookRequest<Admission> {
    @Override
    public HookPoint point() {
        return HookPoint.ENTRY;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("event")
                .write("address", entry.address())
                .write("tenant_id", context.tenant())
                .write("device_id", entry.deviceId())
                .writeEnd();
    }

    @Override
    public @Nullable Object callPlugin(Object plugin, HookContext context) throws Exception {
        return ((EntryHook) plugin).handle(context, entry);
    }

    @Override
    public Admission answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.admission();
    }
}
