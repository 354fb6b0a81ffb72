package io.mics.tenant;

import io.mics.concurrent.LiveSemaphore;

/** What bounds one tenant's work in flight. Follows its settings at once, also for sessions already connected. */
public final class TenantLimits {
    private final LiveSemaphore sends;
    private final LiveSemaphore fanouts;
    private final TokenBucket messages;

    TenantLimits(LimitSettings settings, long now) {
        sends = new LiveSemaphore(settings.concurrentSends());
        fanouts = new LiveSemaphore(settings.concurrentFanouts());
        messages = new TokenBucket(settings.messagesPerSecond(), now);
    }

    void follow(LimitSettings settings) {
        sends.resize(settings.concurrentSends());
        fanouts.resize(settings.concurrentFanouts());
        messages.rate(settings.messagesPerSecond());
    }

    /** One permit per message in flight. */
    public LiveSemaphore sends() {
        return sends;
    }

    /** One permit per group message in flight. */
    public LiveSemaphore fanouts() {
        return fanouts;
    }

    /** Messages received per second. */
    public TokenBucket messages() {
        return messages;
    }
}
