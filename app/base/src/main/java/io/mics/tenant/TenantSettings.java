package io.mics.tenant;

import io.mics.address.LoopbackHost;
import io.mics.protocol.IdForm;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Everything that can be set for one tenant.
 *
 * @param hooks            how its backend is called
 * @param limits           what it may use
 * @param offline          what is buffered for its absent users
 * @param heartbeat        time without an application frame until close 4100
 * @param slowConsumer     what happens to a connection whose outbound queue overflows
 * @param echoToSender     whether a group message also goes to the device that sent it
 * @param origins          browser origins that may connect, see {@link #admits}; empty allows every one
 * @param maxContentLength characters in one JSON message's content
 * @param businessType     what kind of business it is, for hooks to be matched by; empty when it does not say
 * @param draftChanges     what its pre-send hooks may change in a message
 * @param ids              what ids of its users, devices and groups may look like
 * @param failuresAsErrors whether JSON clients get a message's failure as {@code error} in place of {@code message-ack}
 * @param messages         whether its messages are stored
 * @param durable          how its conversations are where they are stored
 */
public record TenantSettings(
        BackendSettings hooks,
        LimitSettings limits,
        OfflineSettings offline,
        Duration heartbeat,
        SlowConsumer slowConsumer,
        boolean echoToSender,
        List<String> origins,
        int maxContentLength,
        String businessType,
        Set<DraftField> draftChanges,
        IdForm ids,
        boolean failuresAsErrors,
        Messages messages,
        DurableSettings durable) {
    /** What becomes of messages. */
    public enum Messages {
        /** They are delivered, and stored nowhere. */
        PIPE,
        /** They are logged, numbered, stored, and there for those who return. */
        DURABLE
    }

    /** What happens to a connection whose outbound queue overflows. */
    public enum SlowConsumer {
        /** Close it with 4430. */
        CLOSE,
        /** Drop its oldest deliveries and say to it how many. */
        DROP_OLDEST
    }

    public static final TenantSettings DEFAULTS = new TenantSettings(
            BackendSettings.DEFAULTS,
            LimitSettings.DEFAULTS,
            OfflineSettings.DEFAULTS,
            Duration.ofSeconds(30),
            SlowConsumer.CLOSE,
            true,
            List.of(),
            5_000,
            "",
            Set.of(DraftField.values()),
            IdForm.OPEN,
            false,
            Messages.PIPE,
            DurableSettings.DEFAULTS);

    /** Stands in {@code origins} for the pages of this machine. */
    public static final String LOOPBACK = "loopback";

    /** Whether its messages are stored. */
    public boolean isDurable() {
        return messages == Messages.DURABLE;
    }

    /** Whether a page of {@code origin} may connect; whoever is no page has none. */
    public boolean admits(String origin) {
        return origin.isEmpty()
                || origins.isEmpty()
                || origins.contains(origin)
                || (origins.contains(LOOPBACK) && LoopbackHost.isOrigin(origin));
    }

    /** These settings, for pages of this machine alone unless they already say for which. */
    public TenantSettings forLoopbackPages() {
        return with(hooks, origins.isEmpty() ? List.of(LOOPBACK) : origins, messages);
    }

    /** These settings with another backend. */
    public TenantSettings withHooks(BackendSettings other) {
        return with(other, origins, messages);
    }

    /** These settings, of a tenant whose messages are stored. */
    public TenantSettings durably() {
        return with(hooks, origins, Messages.DURABLE);
    }

    private TenantSettings with(BackendSettings otherHooks, List<String> otherOrigins, Messages otherMessages) {
        return new TenantSettings(
                otherHooks,
                limits,
                offline,
                heartbeat,
                slowConsumer,
                echoToSender,
                otherOrigins,
                maxContentLength,
                businessType,
                draftChanges,
                ids,
                failuresAsErrors,
                otherMessages,
                durable);
    }
}
