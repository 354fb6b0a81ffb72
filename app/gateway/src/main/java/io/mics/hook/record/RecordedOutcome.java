package io.mics.hook.record;

import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.registry.DraftChange;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came of a call.
 *
 * @param verdict {@code allow}, {@code stop}, {@code deny} (of a recall), {@code ok} (of a notification), or the kind
 *                of failure
 * @param code    what a stop says; 0 is none
 * @param text    what a stop says
 * @param changes what the answer changed in the message
 */
public record RecordedOutcome(String verdict, int code, String text, List<DraftChange> changes) {
    /** Takes a copy of the list. */
    public RecordedOutcome {
        changes = List.copyOf(changes);
    }

    /** That of a response to a request. */
    public static RecordedOutcome of(HookContext context, HookRequest.OfMessage<?> request, HookResponse<?> response) {
        return switch (response) {
            case HookResponse.Failed<?> failed -> of(failed.kind().label());
            case HookResponse.Answered<?> answered ->
                switch (answered.answer()) {
                    case HookResult.Stop stop -> new RecordedOutcome("stop", stop.code(), stop.message(), List.of());
                    case HookResult.Continue on -> new RecordedOutcome("allow", 0, "", changes(context, request, on));
                    case Boolean yes -> of(yes ? "allow" : "deny");
                    case Object taken -> of("ok");
                };
        };
    }

    private static List<DraftChange> changes(
            HookContext context, HookRequest.OfMessage<?> request, HookResult.Continue on) {
        return request instanceof PreSendRequest sent ? DraftChange.of(sent.draft(), context.tags(), on) : List.of();
    }

    private static RecordedOutcome of(String verdict) {
        return new RecordedOutcome(verdict, 0, "", List.of());
    }

    /** This one without what its text says. */
    RecordedOutcome redacted() {
        return new RecordedOutcome(verdict, code, Shape.of(text), changes);
    }

    /**
     * Whether {@code other} decides the same: verdict, code, the shape of the text, and which parts of the message are
     * changed. Neither what a text says nor what a part becomes can be compared, since neither is recorded.
     */
    public boolean decidesLike(RecordedOutcome other) {
        return verdict.equals(other.verdict)
                && code == other.code
                && Shape.of(text).equals(Shape.of(other.text))
                && changed().equals(other.changed());
    }

    private Set<String> changed() {
        return changes.stream()
                .map(change -> change.field().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** In words, such as {@code stop 403 "no"} or {@code allow, changes payload}. */
    @Override
    public String toString() {
        return verdict
                + (code == 0 ? "" : " " + code)
                + (text.isEmpty() ? "" : " \"" + text + "\"")
                + (changes.isEmpty()
                        ? ""
                        : changed().stream().sorted().collect(Collectors.joining(", ", ", changes ", "")));
    }
}
