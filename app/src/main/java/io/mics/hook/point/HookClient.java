package io.mics.hook.point;

import io.mics.concurrent.Deadline;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;

/**
 * The far end of one hook, reached by one transport. Every call blocks its thread, returns soon after its deadline at
 * the latest, and never throws for what the far end does; an interrupt abandons it.
 */
public interface HookClient extends AutoCloseable {
    /** A notice was taken. */
    enum Taken {
        TAKEN
    }

    /** Asks a pre-send hook. */
    HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline) throws InterruptedException;

    /** Tells a post-send hook; it answers what it wants to be handed back on a recall. */
    HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException;

    /** Tells a delivery hook. */
    HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline) throws InterruptedException;

    /** Asks a recall hook whether the recall may be; {@code attributes} say {@code phase=check}. */
    HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException;

    /** Tells a recall hook; {@code attributes} say {@code phase=notify}. */
    HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException;

    /** Asks an entry hook. */
    default HookResponse<Admission> entry(HookContext context, EntryEvent entry, Deadline deadline)
            throws InterruptedException {
        return notCarried(HookPoint.ENTRY);
    }

    /** Asks a login hook. */
    default HookResponse<Admission> login(HookContext context, LoginEvent login, Deadline deadline)
            throws InterruptedException {
        return notCarried(HookPoint.LOGIN);
    }

    /** Tells a heartbeat hook. */
    default HookResponse<Taken> heartbeat(HookContext context, HeartbeatEvent heartbeat, Deadline deadline)
            throws InterruptedException {
        return notCarried(HookPoint.HEARTBEAT);
    }

    private static <A> HookResponse<A> notCarried(HookPoint point) {
        return new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, "its transport has no call for " + point.label());
    }

    /** Makes a harmless call to see whether the target answers at all. */
    HookResponse<Taken> probe(Deadline deadline) throws InterruptedException;

    /** Lets go of connections and threads; calls under way may fail. */
    @Override
    void close();
}
