package io.mics.node;

import io.mics.event.DeadLetters;
import io.mics.event.EventLog;
import io.mics.event.kafka.KafkaDeadLetterBrowser;
import io.mics.event.kafka.KafkaEventLog;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.BackoffSchedule;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.MemoryHookEventLog;
import io.mics.hook.dispatch.MemoryRetryQueue;
import io.mics.hook.dispatch.PostSendResultCache;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.hook.dispatch.kafka.KafkaHookDispatch;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.kafka.KafkaGroup;
import io.mics.lifecycle.Closing;
import io.mics.observe.Metrics;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Builds hook dispatch outside the sender's thread: from Kafka where events go there, else in this process. */
final class HookDispatching implements AutoCloseable {

    private final Closing closing = new Closing();
    private final Tenants tenants;
    private final HookPlatform platform;
    private final PostSendResultCache results =
            new PostSendResultCache(PostSendResultCache.MOST_BYTES, System::nanoTime);
    private final DispatchMeters meters;
    private final EventLog events;
    private final HookEventLog hookEvents;
    private final DeadLetters deadLetters;
    private final Consumer<String> forget;
    private final Runnable begin;

    /** Around {@code log}, which is open and closed by who opened it. */
    HookDispatching(
            EventLog log,
            KafkaSettings settings,
            KafkaHookTopics topics,
            HookPlatform platform,
            Tenants tenants,
            Metrics metrics) {
        this.tenants = tenants;
        this.platform = platform;
        this.meters = new DispatchMeters(metrics);
        if (log instanceof KafkaEventLog kafka) {
            closing.add("hook audit", platform.auditBy(kafka.sending()));
            KafkaHookDispatch dispatch = closing.add("hook dispatch", fromKafka(kafka, settings, topics));
            events = log;
            hookEvents = dispatch.hookEvents();
            deadLetters = new KafkaDeadLetterBrowser(settings, topics);
            forget = dispatch.dispatcher()::forget;
            begin = dispatch::start;
        } else {
            MemoryRetryQueue retries =
                    closing.add("hook retries", new MemoryRetryQueue(InstantSource.system(), meters));
            HookDispatcher dispatcher = closing.add(
                    "hook dispatch",
                    new HookDispatcher(
                            platform.registry(),
                            this::businessType,
                            retries,
                            results,
                            new BackoffSchedule(
                                    InstantSource.system(),
                                    () -> ThreadLocalRandom.current().nextDouble()),
                            platform.records(),
                            meters));
            MemoryHookEventLog here = new MemoryHookEventLog(log, dispatcher, meters);
            events = here;
            hookEvents = here;
            deadLetters = retries.deadLetters();
            forget = tenant -> {
                dispatcher.forget(tenant);
                retries.forget(tenant);
            };
            begin = () -> retries.to(dispatcher).start();
        }
    }

    private KafkaHookDispatch fromKafka(KafkaEventLog log, KafkaSettings settings, KafkaHookTopics topics) {
        return new KafkaHookDispatch(
                new KafkaHookDispatch.Settings(settings, topics, KafkaGroup.Timing.DEFAULT),
                log.sending(),
                platform.registry(),
                this::businessType,
                id -> tenants.find(id).isPresent(),
                results,
                platform.records(),
                meters);
    }

    /** Begins to dispatch; the registry has its hooks by now, or what waits for them in Kafka would be passed over. */
    void begin() {
        begin.run();
    }

    private String businessType(String tenant) {
        return tenants.find(tenant)
                .map(Tenant::settings)
                .map(settings -> settings.businessType())
                .orElse("");
    }

    /** Where events are published so that hooks are notified of them. */
    EventLog events() {
        return events;
    }

    /** Where deliveries and recalls are published. */
    HookEventLog hookEvents() {
        return hookEvents;
    }

    /** Calls that were given up. */
    DeadLetters deadLetters() {
        return deadLetters;
    }

    /** Asks recall hooks. */
    RecallPermission recallPermission() {
        return new RecallPermission(
                platform.registry(), this::businessType, results, platform.records(), this::isPlayground);
    }

    private boolean isPlayground(String tenant) {
        return tenants.find(tenant)
                .filter(it -> it.settings().hooks().baseUrl().equals(PlaygroundHooks.BASE_URL))
                .isPresent();
    }

    /** Makes a tenant's series exist, at 0. */
    void expect(String tenant) {
        meters.expect(tenant);
    }

    /** Forgets a tenant. */
    void forget(String tenant) {
        forget.accept(tenant);
    }

    @Override
    public void close() {
        closing.close();
    }
}
