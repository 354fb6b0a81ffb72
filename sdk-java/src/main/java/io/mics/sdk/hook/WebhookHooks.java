package io.mics.sdk.hook;

import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.DeliveryHook;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.LoginHook;
import io.mics.sdk.plugin.LogoutEvent;
import io.mics.sdk.plugin.LogoutHook;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.PostSendHook;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.sdk.plugin.RecallHook;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The hooks behind one webhook, at most one of each point, and how their answers are said in JSON. */
record WebhookHooks(
        @Nullable PreSendHook preSend,
        @Nullable PostSendHook postSend,
        @Nullable DeliveryHook delivery,
        @Nullable RecallHook recall,
        @Nullable EntryHook entry,
        @Nullable LoginHook login,
        @Nullable HeartbeatHook heartbeat,
        @Nullable LogoutHook logout) {

    /** A call that was understood. */
    interface Call {
        Map<String, ?> answer() throws Exception;
    }

    private static <H> H there(@Nullable H hook, WebhookCall call) {
        if (hook == null) {
            throw new IllegalArgumentException("no " + call.point() + " hook here");
        }
        return hook;
    }

    /** Decodes everything a hook will be given; {@link IllegalArgumentException} is the caller's fault. */
    Call prepare(WebhookCall call, String id, int attempt) {
        HookContext context = call.context(id, attempt);
        return switch (call.point()) {
            case "pre-send" -> {
                MessageDraft draft = call.draft();
                PreSendHook hook = there(preSend, call);
                yield () -> answer(hook.handle(context, draft), draft);
            }
            case "post-send" -> {
                MessageRecord message = call.record();
                PostSendHook hook = there(postSend, call);
                yield () -> Map.of("success", true, "status", Map.of("details", hook.handle(context, message)));
            }
            case "delivery" -> {
                DeliveryEvent event = call.delivery();
                DeliveryHook hook = there(delivery, call);
                yield () -> {
                    hook.handle(context, event);
                    return Map.of("success", true);
                };
            }
            case "recall" -> {
                RecallEvent event = call.recall();
                RecallHook hook = there(recall, call);
                yield call.isCheck()
                        ? () -> Map.of("allow", hook.permits(context, event))
                        : () -> {
                            hook.handle(context, event);
                            return Map.of("success", true);
                        };
            }
            default -> ofConnection(call, context);
        };
    }

    private Call ofConnection(WebhookCall call, HookContext context) {
        return switch (call.point()) {
            case "entry" -> {
                EntryEvent event = call.entry();
                EntryHook hook = there(entry, call);
                yield () -> answer(hook.handle(context, event));
            }
            case "login" -> {
                LoginEvent event = call.login();
                LoginHook hook = there(login, call);
                yield () -> answer(hook.handle(context, event));
            }
            case "heartbeat" -> {
                HeartbeatEvent event = call.heartbeat();
                HeartbeatHook hook = there(heartbeat, call);
                yield () -> {
                    hook.handle(context, event);
                    return Map.of("success", true);
                };
            }
            case "logout" -> {
                LogoutEvent event = call.logout();
                LogoutHook hook = there(logout, call);
                yield () -> {
                    hook.handle(context, event);
                    return Map.of("success", true);
                };
            }
            default -> throw new IllegalArgumentException("metadata.hook_type names no point");
        };
    }

    private static Map<String, ?> answer(Admission admission) {
        return admission instanceof Admission.Deny deny
                ? Map.of("allow", false, "status", Map.of("message", deny.message()))
                : Map.of("allow", true);
    }

    private static Map<String, ?> answer(HookResult result, MessageDraft given) {
        if (result instanceof HookResult.Stop stop) {
            return Map.of("allow", false, "status", Map.of("code", stop.code(), "message", stop.message()));
        }
        Map<String, Object> answer = new LinkedHashMap<>(Map.of("allow", true));
        if (result instanceof HookResult.Continue goesOn) {
            if (isChanged(goesOn.draft(), given)) {
                answer.put("draft", json(goesOn.draft()));
            }
            if (!goesOn.tags().isEmpty()) {
                answer.put("tags", goesOn.tags());
            }
        }
        return answer;
    }

    private static boolean isChanged(MessageDraft draft, MessageDraft given) {
        return !Arrays.equals(draft.payload(), given.payload())
                || !draft.headers().equals(given.headers())
                || !draft.metadata().equals(given.metadata());
    }

    private static Map<String, ?> json(MessageDraft draft) {
        return Map.of(
                "payload",
                Base64.getEncoder().encodeToString(draft.payload()),
                "headers",
                draft.headers(),
                "metadata",
                draft.metadata());
    }
}
