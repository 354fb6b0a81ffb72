package io.mics.tenant;

import io.mics.concurrent.ResizableSemaphore;
import io.mics.concurrent.TokenBucket;

/** What bounds one tenant's work in flight. Follows its settings at once, also for sessions already connected. */
public final class TenantLimits {
    private final ResizableSemaphore sends;
    private final ResizableSemaphore fanouts;
    private final TokenBucket messages;
    private volatile int messagesPerSecond;
    private double part = 1;

    TenantLimits(LimitSettings settings, long now) {
        sends = new ResizableSemaphore(settings.concurrentSends());
        fanouts = new ResizableSemaphore(settings.concurrentFanouts());
        messages = new TokenBucket(settings.messagesPerSecond(), now);
        messagesPerSecond = settings.messagesPerSecond();
    }

    void follow(LimitSettings settings) {
        sends.resize(settings.concurrentSends());
        fanouts.resize(settings.concurrentFanouts());
        synchronized (messages) {
            messagesPerSecond = settings.messagesPerSecond();
            messages.rate(messagesPerSecond * part);
        }
    }

    /** Allows this node only a part of the messages per second, above 0 and at most 1: others allow the rest. */
    public void share(double newPart) {
        synchronized (messages) {
            part = newPart;
            messages.rate(messagesPerSecond * part);
        }
    }

    /** One permit per message in flight. */
    public ResizableSemaphore sends() {
        return sends;
    }

    /** One permit per group message in flight. */
    public ResizableSemaphore fanouts() {
        return fanouts;
    }

    /** Messages received per second, as far as this node may take them. */
    public TokenBucket messages() {
        return messages;
    }

    /** Messages per second in the whole cluster; 0 is unlimited. */
    public int messagesPerSecond() {
        return messagesPerSecond;
    }
}
