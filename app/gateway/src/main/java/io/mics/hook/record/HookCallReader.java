package io.mics.hook.record;

import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.registry.DraftChange;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.tenant.DraftField;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads back what {@link HookCallWriter} wrote. Fields nobody knows are ignored. */
public final class HookCallReader {
    private static final int LARGEST_BODY = 64 << 20;

    private final Instant now;

    private HookCallReader(Instant now) {
        this.now = now;
    }

    /**
     * The call of a line.
     *
     * @param now the moment its deadline is counted from, which is not recorded
     * @throws MalformedLineException it is no call, or only the beginning of one
     */
    public static HookCall read(String line, Instant now) throws MalformedLineException {
        return new HookCallReader(now).call(Fields.parse(line));
    }

    private HookCall call(Fields f) throws MalformedLineException {
        String version = f.text("version");
        return new HookCall(
                f.time("ts"),
                f.text("hook"),
                SemanticVersion.parse(version)
                        .orElseThrow(() -> new MalformedLineException("\"version\" is not one such as 1.4.0")),
                f.text("transport"),
                context(f.object("context")),
                request(f),
                outcome(f.object("reply")),
                f.number("elapsedMicros"));
    }

    private HookContext context(Fields f) throws MalformedLineException {
        return new HookContext(
                f.text("tenant"),
                f.text("businessType"),
                f.text("sessionId"),
                f.text("sessionType"),
                f.text("messageType"),
                f.text("sender"),
                f.text("device"),
                f.text("traceId"),
                f.text("idempotencyKey"),
                f.integer("attempt"),
                now,
                f.texts("tags"),
                f.texts("attributes"));
    }

    private static HookRequest.OfMessage<?> request(Fields f) throws MalformedLineException {
        return switch (one(HookPoint.values(), f, "point").label()) {
            case "pre-send" -> new PreSendRequest(draft(f.object("draft")));
            case "post-send" -> new PostSendRequest(message(f.object("record")));
            case "delivery" -> new DeliveryRequest(delivery(f.object("event")));
            case "recall" -> recall(f.object("event"));
            case String other -> throw new MalformedLineException("\"point\" is none of messages");
        };
    }

    private static MessageDraft draft(Fields f) throws MalformedLineException {
        return new MessageDraft(
                f.text("messageId"),
                f.text("clientMessageId"),
                f.text("conversationId"),
                body(f),
                f.texts("headers"),
                f.texts("metadata"));
    }

    private static MessageRecord message(Fields f) throws MalformedLineException {
        return new MessageRecord(
                f.text("messageId"),
                f.text("clientMessageId"),
                f.text("conversationId"),
                f.text("sender"),
                f.text("sessionType"),
                f.text("messageType"),
                f.time("at"),
                body(f),
                f.texts("metadata"));
    }

    private static DeliveryEvent delivery(Fields f) throws MalformedLineException {
        return new DeliveryEvent(f.text("messageId"), f.text("userId"), f.text("ackType"), f.time("at"));
    }

    private static HookRequest.OfMessage<?> recall(Fields f) throws MalformedLineException {
        RecallEvent recall =
                new RecallEvent(f.text("messageId"), f.text("operatorId"), f.time("at"), f.texts("metadata"));
        return f.text("phase").equals("check") ? new RecallRequest.Check(recall) : new RecallRequest.Notify(recall);
    }

    private static RecordedOutcome outcome(Fields f) throws MalformedLineException {
        List<Fields> changed = f.objects("changed");
        DraftChange[] changes = new DraftChange[changed.size()];
        for (int i = 0; i < changes.length; i++) {
            Fields change = changed.get(i);
            changes[i] = new DraftChange(
                    one(DraftField.values(), change, "field"), true, change.integer("before"), change.integer("after"));
        }
        return new RecordedOutcome(f.text("verdict"), f.integer("code"), f.text("text"), List.of(changes));
    }

    private static byte[] body(Fields f) throws MalformedLineException {
        if (!f.has("zeros")) {
            return f.text("text").getBytes(StandardCharsets.UTF_8);
        }
        int length = f.integer("zeros");
        if (length < 0 || length > LARGEST_BODY) {
            throw new MalformedLineException("\"zeros\" is not 0 to " + LARGEST_BODY);
        }
        return new byte[length];
    }

    private static <E extends Enum<E>> E one(E[] known, Fields f, String name) throws MalformedLineException {
        String word = f.text(name);
        return Arrays.stream(known)
                .filter(it ->
                        it.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word))
                .findFirst()
                .orElseThrow(() -> new MalformedLineException("\"" + name + "\" is none of " + Arrays.toString(known)));
    }
}
