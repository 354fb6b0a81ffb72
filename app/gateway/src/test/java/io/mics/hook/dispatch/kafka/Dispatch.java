package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaConversationTopics;
import io.mics.event.kafka.KafkaEventLog;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.PostSendResultCache;
import io.mics.hook.dispatch.ScriptedHooks;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSecurity;
import io.mics.kafka.KafkaSender;
import io.mics.observe.Metrics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An event log in Kafka and the dispatch from it, with little patience. */
final class Dispatch implements AutoCloseable {
    final Metrics metrics = new Metrics();
    final AtomicInteger skipped = new AtomicInteger();
    final KafkaSender sender;
    final KafkaEventLog log;
    final KafkaHookDispatch dispatch;

    Dispatch(String servers, ScriptedHooks hooks) {
        KafkaSettings settings = settings(servers);
        sender = KafkaSender.open(settings.producer());
        log = KafkaEventLog.open(settings, sender, tenant -> Optional.empty(), () -> Duration.ofSeconds(5), metrics);
        dispatch = KafkaHookDispatch.start(
                new KafkaHookDispatch.Settings(
                        settings,
                        KafkaHookTopics.DEFAULTS,
                        KafkaConversationTopics.DEFAULTS.persisted(),
                        new KafkaGroup.Timing(Duration.ofMillis(300), Duration.ofSeconds(6), Duration.ofMinutes(10))),
                sender,
                hooks.registry,
                tenant -> "",
                this::isOurs,
                new PostSendResultCache(1 << 20, System::nanoTime),
                hooks,
                new DispatchMeters(metrics));
    }

    private boolean isOurs(String tenant) {
        if (tenant.equals("unknown")) {
            skipped.incrementAndGet();
            return false;
        }
        return true;
    }

    static KafkaSettings settings(String servers) {
        return new KafkaSettings(
                servers,
                KafkaSecurity.NONE,
                "node-1",
                7,
                new KafkaSettings.Topics("im-mics-{tenant}-event", true, 1 << 20),
                new KafkaSettings.Bounds(50_000, 0, 10_000, 64 << 20),
                3,
                Duration.ofMillis(5),
                KafkaSettings.Timing.DEFAULT);
    }

    @Override
    public void close() {
        dispatch.close();
        log.close();
        sender.close();
    }
}
