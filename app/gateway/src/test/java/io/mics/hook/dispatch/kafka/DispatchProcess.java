package io.mics.hook.dispatch.kafka;

import io.mics.hook.dispatch.FakeHookClient;
import io.mics.hook.dispatch.ScriptedHooks;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A dispatcher that can be killed: two hooks, each of which writes its calls to a file, one line each. */
final class DispatchProcess {
    private DispatchProcess() {}

    /** Arguments: Kafka, the tenant, the folder of the files. */
    public static void main(String[] args) throws Exception {
        ScriptedHooks hooks = new ScriptedHooks();
        for (Guarantee guarantee : Guarantee.values()) {
            Path file = Path.of(args[2], guarantee.name());
            hooks.add(ScriptedHooks.of(
                            HookPoint.POST_SEND,
                            guarantee.name().toLowerCase(java.util.Locale.ROOT),
                            args[1],
                            ScriptedHooks.THREE,
                            guarantee,
                            Mode.ENFORCE,
                            2))
                    .answering(call -> write(file, call));
        }
        new Dispatch(args[0], hooks);
        // whoever started this may be killed: its end is the end of the input
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }

    private static HookResponse<Map<String, String>> write(Path file, FakeHookClient.Call call)
            throws InterruptedException {
        try {
            Files.writeString(
                    file,
                    call.messageId() + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        TimeUnit.MILLISECONDS.sleep(5);
        return new HookResponse.Answered<>(Map.of());
    }
}
