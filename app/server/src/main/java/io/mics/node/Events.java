package io.mics.node;

import io.mics.event.DiscardingEventLog;
import io.mics.event.EventLog;
import io.mics.event.EventMeters;
import io.mics.event.kafka.KafkaEventLog;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.BackoffSchedule;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.HookDispatch;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.MemoryHookDispatch;
import io.mics.hook.dispatch.MemoryRetryQueue;
import io.mics.hook.dispatch.PostSendResultCache;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.hook.dispatch.kafka.KafkaHookDispatch;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Closing;
import io.mics.node.hooks.HookPlatform;
import io.mics.observe.Metrics;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Where a node's events go, and what calls hooks for them outside the sender's thread: through Kafka where it is
 * configured, else in this process, and then nothing of Kafka is loaded.
 */
final class Events implements AutoCloseable {
    private final Closing closing = new Closing();
    private final Foundation foundation;
    private final PostSendResultCache results =
            new PostSendResultCache(PostSendResultCache.MOST_BYTES, System::nanoTime);
    private final EventLog log;
    private final HookDispatch dispatch;

    private Events(Foundation foundation, long epoch, Supplier<Duration> flushTime) {
        this.foundation = foundation;
        Optional<KafkaSender> kafka = foundation.kafka();
        if (kafka.isPresent()) {
            KafkaSettings settings = foundation.config().kafka(epoch);
            log = closing.add("event log", kafkaLog(settings, kafka.get(), flushTime));
            dispatch = closing.add("hook dispatch", kafkaDispatch(settings, kafka.get()));
        } else {
            EventLog unread = closing.add("event log", new DiscardingEventLog());
            MemoryHookDispatch here = closing.add(
                    "hook dispatch",
                    memoryDispatch(unread, foundation.hooks().retries().orElseThrow()));
            log = here.events();
            dispatch = here;
        }
    }

    /**
     * Opens the log and begins to call hooks.
     *
     * @param epoch     this start of the node; 0 when no directory numbers it, then the clock does
     * @param flushTime how long what is queued may take to leave at the end
     */
    static Events open(Foundation foundation, long epoch, Supplier<Duration> flushTime) {
        Events events = foundation.lifecycle().add("events", new Events(foundation, epoch, flushTime));
        foundation.lifecycle().forgetTenant("events", events.log::forget);
        foundation.lifecycle().forgetTenant("hook dispatch", events.dispatch::forget);
        foundation.observability().detail("events", events.log::unavailable);
        return events;
    }

    private KafkaEventLog kafkaLog(KafkaSettings settings, KafkaSender sender, Supplier<Duration> flushTime) {
        Tenants tenants = foundation.tenants();
        return KafkaEventLog.open(
                settings,
                sender,
                id -> tenants.find(id).map(tenant -> tenant.hooks().secret()),
                flushTime,
                foundation.metrics());
    }

    private KafkaHookDispatch kafkaDispatch(KafkaSettings settings, KafkaSender sender) {
        HookPlatform hooks = foundation.hooks();
        return KafkaHookDispatch.start(
                new KafkaHookDispatch.Settings(
                        settings,
                        foundation.config().get(KafkaEventSettings.SECTION).hookTopics(),
                        foundation
                                .config()
                                .get(KafkaEventSettings.SECTION)
                                .conversationTopics()
                                .persisted(),
                        KafkaGroup.Timing.DEFAULT),
                sender,
                hooks.registry(),
                this::businessType,
                id -> foundation.tenants().find(id).isPresent(),
                results,
                hooks.records(),
                hooks.dispatchMeters());
    }

    private MemoryHookDispatch memoryDispatch(EventLog events, MemoryRetryQueue retries) {
        HookPlatform hooks = foundation.hooks();
        DispatchMeters meters = hooks.dispatchMeters();
        HookDispatcher dispatcher = new HookDispatcher(
                hooks.registry(),
                this::businessType,
                retries,
                results,
                new BackoffSchedule(
                        InstantSource.system(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                hooks.records(),
                meters);
        return MemoryHookDispatch.start(events, dispatcher, retries, meters);
    }

    private String businessType(String tenant) {
        return foundation
                .tenants()
                .find(tenant)
                .map(Tenant::settings)
                .map(settings -> settings.businessType())
                .orElse("");
    }

    /** Where events are published so that hooks are notified of them. */
    EventLog log() {
        return log;
    }

    /** Where deliveries and recalls are published. */
    HookEventLog hookEvents() {
        return dispatch.hookEvents();
    }

    /** Asks recall hooks. */
    RecallPermission recallPermission() {
        HookPlatform hooks = foundation.hooks();
        return new RecallPermission(
                hooks.registry(), this::businessType, results, hooks.records(), this::recallsWithoutHooks);
    }

    /** In the playground anybody may; a durable tenant's messages say who sent them, and when. */
    private boolean recallsWithoutHooks(String tenant) {
        return foundation
                .tenants()
                .find(tenant)
                .map(Tenant::settings)
                .filter(it -> it.isDurable() || it.hooks().baseUrl().equals(PlaygroundHooks.BASE_URL))
                .isPresent();
    }

    /** Makes every series of a tenant exist, at 0. */
    void registerMetrics(Tenant tenant, Metrics metrics) {
        EventMeters.registerMetrics(metrics, log, tenant.id());
        foundation.hooks().dispatchMeters().registerMetrics(tenant.id());
    }

    @Override
    public void close() {
        closing.close();
    }
}
