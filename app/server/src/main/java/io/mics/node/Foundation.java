package io.mics.node;

import io.mics.concurrent.CriticalThreads;
import io.mics.config.reload.ConfigReload;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.config.HookOverrideStore;
import io.mics.hook.config.HooksSettings;
import io.mics.hook.config.MemoryHookOverrides;
import io.mics.hook.redis.RedisHookOverrides;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Lifecycle;
import io.mics.listener.AddressLimits;
import io.mics.listener.AddressSettings;
import io.mics.listener.PortContext;
import io.mics.listener.Timer;
import io.mics.node.hooks.HookPlatform;
import io.mics.node.hooks.OutboundHttp;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.NodeReload;
import io.mics.node.settings.StartRefusedException;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.Observability;
import io.mics.observe.log.LogSetup;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisSettings;
import io.mics.redis.RedisTimeouts;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What every role stands on: the configuration and its reload, metrics, tenants, timers, outgoing calls, Redis and
 * Kafka where they are configured, the hooks, and the ports. Knows no role.
 */
final class Foundation {
    private static final Log LOG = Log.of(Foundation.class);
    /** From one line of the log about Redis to the next, while the start waits for it. */
    private static final long AWAITED_SECONDS = 30;

    private static final Duration WHEEL_TICK = Duration.ofMillis(100);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Lifecycle lifecycle;
    private final NodeConfig config;
    private final Metrics metrics;
    private final TimingWheel wheel;
    private final Tenants tenants;
    private final ConfigReload<NodeConfig> reload;
    private final OutboundHttp outboundHttp;
    private final Optional<Redis> redis;
    private final Optional<KafkaSender> kafka;
    private final HookPlatform hooks;
    private final Observability observability;
    private final Endpoints endpoints;
    private final List<Consumer<Tenant>> tenantStarts = new CopyOnWriteArrayList<>();
    private final List<Predicate<String>> tenantUses = new CopyOnWriteArrayList<>();

    /** Starts everything but the ports; {@code lifecycle} ends it. */
    Foundation(Configuration configuration, Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
        config = configuration.node();
        metrics = lifecycle.add("metrics", new Metrics());
        lifecycle.forgetTenant("metrics", metrics::forget);
        ProcessMeters.add(metrics, config.nodeId());
        metrics.total(Metric.LOG_LINES_SUPPRESSED, LogSetup::suppressed, config.nodeId());
        wheel = lifecycle.add("wheel", TimingWheel.start(WHEEL_TICK));
        tenants = new Tenants(config.tenants().all());
        Configuration.Sources sources = configuration.sources();
        reload = new ConfigReload<>(
                sources.dir(), sources.environment(), config, new NodeReload(tenants, this::changed), metrics);
        outboundHttp = lifecycle.add("outgoing calls", new OutboundHttp(config.get(HooksSettings.SECTION)));
        lifecycle.forgetTenant("backends", outboundHttp.backends()::forget);
        outboundHttp.connectTo(tenants.all());
        redis = config.get(RedisSettings.SECTION).isConfigured()
                ? Optional.of(lifecycle.add("redis", redis(config)))
                : Optional.empty();
        redis.ifPresent(Foundation::await);
        kafka = config.get(KafkaEventSettings.SECTION).isConfigured()
                ? Optional.of(
                        lifecycle.add("kafka", KafkaSender.open(config.kafka(0).producer())))
                : Optional.empty();
        HookOverrideStore overrides =
                redis.<HookOverrideStore>map(RedisHookOverrides::new).orElseGet(MemoryHookOverrides::new);
        hooks = lifecycle.add("hooks", new HookPlatform(configuration, overrides, outboundHttp, kafka, metrics));
        lifecycle.forgetTenant("hook platform", hooks::forget);
        observability = new Observability(metrics)
                .check("threads", CriticalThreads::lost)
                .detail("config", reload::lastProblem)
                .detail("hooks", hooks::problem);
        redis.ifPresent(it ->
                observability.detail("redis", () -> it.unavailableCause().map(cause -> "unavailable: " + cause)));
        endpoints = new Endpoints(config, ports(() -> running().get(AddressSettings.SECTION)), observability);
        TimerTask sweep = now -> {
            tenants.forgetRemoved(id -> tenantUses.stream().anyMatch(uses -> uses.test(id)), lifecycle::forget);
            return SWEEP_NANOS;
        };
        wheel.schedule(sweep, SWEEP_NANOS);
    }

    private static Redis redis(NodeConfig config) {
        RedisSettings settings = config.get(RedisSettings.SECTION);
        return switch (RedisAddress.parse(settings.uri())) {
            case RedisAddress.Parsed.Valid valid ->
                Redis.open(valid.address(), RedisTimeouts.of(settings.commandTimeout()));
            case RedisAddress.Parsed.Invalid invalid -> throw new StartRefusedException("redis.uri", invalid.what());
        };
    }

    /** What is in Redis, such as overrides of hooks, is known before anybody is served. */
    private static void await(Redis redis) {
        CountDownLatch available = new CountDownLatch(1);
        redis.watch(now -> {
            if (now) {
                available.countDown();
            }
        });
        try {
            for (long wait = 0; !available.await(wait, TimeUnit.SECONDS); wait = AWAITED_SECONDS) {
                String cause = redis.unavailableCause().orElse("");
                LOG.warn("redis_awaited", "redis", redis.address().toString(), "cause", cause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Redis", e);
        }
    }

    private void changed(Collection<Tenant> changed) {
        changed.forEach(tenant -> tenantStarts.forEach(start -> start.accept(tenant)));
        outboundHttp.connectTo(changed);
    }

    /** Opens the ports with what roles have added to them, then follows the configuration's files. */
    void open() {
        outboundHttp.awaitConnections();
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted before the ports opened");
        }
        lifecycle.add("endpoints", endpoints).open();
        lifecycle.add("config reload", reload.start());
    }

    /** Has {@code start} prepare for every tenant there is, and for each that a reload adds or changes. */
    void eachTenant(Consumer<Tenant> start) {
        tenantStarts.add(start);
        tenants.all().forEach(start);
    }

    /** A removed tenant is not forgotten while {@code used} holds for its id. */
    void keepTenantWhile(Predicate<String> used) {
        tenantUses.add(used);
    }

    /** What ports share, for a port with these limits of each address. */
    PortContext ports(Supplier<AddressSettings> addresses) {
        Timer timer = (watched, delay) -> wheel.schedule(watched::look, delay)::cancel;
        return new PortContext(timer, AddressLimits.start(addresses, metrics, timer), metrics, Foundation::end);
    }

    /** A node without one of its ports is of no use: the process ends, and whatever watches it starts it anew. */
    private static void end(Throwable cause) {
        CriticalThreads.start("listener-lost", () -> {
            throw new IllegalStateException("a port is lost", cause);
        });
    }

    /** Where ends, and the forgetting of tenants, are registered. */
    Lifecycle lifecycle() {
        return lifecycle;
    }

    /** The configuration at the start. */
    NodeConfig config() {
        return config;
    }

    /** The configuration now. */
    NodeConfig running() {
        return reload.running();
    }

    Metrics metrics() {
        return metrics;
    }

    TimingWheel wheel() {
        return wheel;
    }

    Tenants tenants() {
        return tenants;
    }

    /** Calls to backends and webhooks. */
    OutboundHttp outboundHttp() {
        return outboundHttp;
    }

    /** The directory; empty where none is configured. */
    Optional<Redis> redis() {
        return redis;
    }

    /** Sends to Kafka; empty where none is configured. */
    Optional<KafkaSender> kafka() {
        return kafka;
    }

    /** Which hooks there are and how they are called. */
    HookPlatform hooks() {
        return hooks;
    }

    /** What {@code /readyz} says; roles add their checks before the ports open. */
    Observability observability() {
        return observability;
    }

    /** The ports; roles add what they answer before they open. */
    Endpoints endpoints() {
        return endpoints;
    }
}
