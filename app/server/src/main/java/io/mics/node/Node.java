package io.mics.node;

import io.mics.concurrent.ByteShares;
import io.mics.concurrent.HeapShare;
import io.mics.concurrent.VitalThreads;
import io.mics.config.ConfigResult;
import io.mics.config.reload.ConfigReload;
import io.mics.console.PlaygroundGuard;
import io.mics.console.PlaygroundPage;
import io.mics.console.PlaygroundQueries;
import io.mics.console.PlaygroundSettings;
import io.mics.event.EventLog;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.Hooks;
import io.mics.hook.config.HookOverrideStore;
import io.mics.hook.config.HooksSettings;
import io.mics.hook.config.MemoryHookOverrides;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.lifecycle.Closing;
import io.mics.lifecycle.DrainSettings;
import io.mics.lifecycle.Draining;
import io.mics.listener.AddressLimits;
import io.mics.listener.AddressSettings;
import io.mics.listener.PortTakenException;
import io.mics.listener.Ports;
import io.mics.listener.Timer;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.LogSection;
import io.mics.node.settings.MemoryCeiling;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.NodeReload;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.Observability;
import io.mics.observe.log.LogSetup;
import io.mics.redis.RedisSettings;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Presence;
import io.mics.session.DrainableSessions;
import io.mics.session.Sessions;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.Tenants;
import io.mics.ws.ConnectionServices;
import io.mics.ws.QueueSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The whole server: every part is constructed here, once, in order, and closed in reverse. */
public final class Node implements AutoCloseable {
    private static final Log LOG = Log.of(Node.class);
    private static final Duration LEAST_FLUSH = Duration.ofSeconds(2);

    /** What the series of one tenant take. */
    private static final long SERIES_BYTES = 400 << 10;

    /** With more tenants than these, each one's series begin with its first connection. */
    private static final long TENANTS_FROM_START = HeapShare.atMost(500 * SERIES_BYTES, 5) / SERIES_BYTES;

    private final Closing closing;
    private final NodeState state;
    private final ConfigReload<NodeConfig> reload;
    private final Optional<Cluster> cluster;
    private final HookPlatform platform;
    private final HookDispatching dispatching;
    private final Sessions sessions;
    private final Outgoing outgoing;
    private final Draining draining;
    private final Listeners listeners;
    private final AtomicInteger publicPort = new AtomicInteger();

    private Node(Configuration configuration, Closing closing) {
        this.closing = closing;
        NodeConfig config = configuration.node();
        state = NodeState.empty(config, closing);
        Metrics metrics = state.metrics();
        Tenants tenants = state.tenants();
        Configuration.Sources sources = configuration.sources();
        outgoing = closing.add("outgoing calls", new Outgoing(config.get(HooksSettings.SECTION)));
        state.cleanup().add("backends", outgoing.backends()::forget);
        outgoing.connectTo(tenants.all());
        NodeReload files = new NodeReload(tenants, this::changed);
        reload = new ConfigReload<>(sources.dir(), sources.environment(), config, files, metrics);
        Hooks hooks = hooks(config, outgoing);
        state.cleanup().add("hooks", hooks::forget);
        cluster = config.get(RedisSettings.SECTION).uri().isEmpty()
                ? Optional.empty()
                : Optional.of(closing.add(
                        "cluster",
                        Cluster.join(config, this::fanOutBounds, ports(() -> AddressSettings.NONE), state.kept())));
        HookOverrideStore overrides = cluster.map(Cluster::hookOverrides).orElseGet(MemoryHookOverrides::new);
        platform = closing.add("hooks", new HookPlatform(configuration, overrides, outgoing, metrics));
        state.cleanup().add("hook platform", platform::forget);
        EventLog log = closing.add("events", Events.open(config, epoch(), tenants, this::flushTime, metrics));
        dispatching = closing.add(
                "hook dispatching",
                new HookDispatching(
                        log,
                        config.kafka(epoch()),
                        config.get(KafkaEventSettings.SECTION).hookTopics(),
                        platform,
                        tenants,
                        metrics));
        state.cleanup().add("events", dispatching.events()::forget);
        state.cleanup().add("hook dispatching", dispatching::forget);

        Deliveries deliveries = Deliveries.of(config, cluster, state, hooks, dispatching.events(), platform.tracer());
        Presence presence = cluster.map(c -> c.presence(state.sessions(), deliveries.backlog()))
                .orElse(Presence.ALONE);
        UseCases useCases = UseCases.of(
                config, reload::running, epoch(), hooks, platform, dispatching, deliveries, presence, state);
        sessions = useCases.sessions();
        tenants.all().forEach(this::expect);
        draining = new Draining(
                new DrainableSessions(state.sessions(), sessions),
                () -> reload.running().get(DrainSettings.SECTION).drainTimeout(),
                () -> reload.running().get(DrainSettings.SECTION).drainMin());
        state.sweep();
        cluster.ifPresent(c ->
                c.open(state.sessions(), deliveries.offline(), deliveries.offers(), deliveries.backlog(), tenants));
        dispatching.begin();
        listeners = closing.add("listeners", listen(config, useCases));
        closing.add("config reload", reload.start());
    }

    /** Makes a tenant's series exist before anything happens, so that an alert on their growth sees the first event. */
    private void expect(Tenant tenant) {
        if (state.tenants().all().size() <= TENANTS_FROM_START) {
            sessions.expect(tenant);
            cluster.ifPresent(c -> c.expect(tenant.id()));
        }
    }

    private void changed(Collection<Tenant> tenants) {
        tenants.forEach(this::expect);
        outgoing.connectTo(tenants);
    }

    /** What ports share; addresses of other nodes are not limited. */
    private Ports ports(Supplier<AddressSettings> addresses) {
        Timer timer = (watched, delay) -> state.wheel().schedule(watched::look, delay)::cancel;
        AddressLimits limits = AddressLimits.start(addresses, state.metrics(), timer);
        return new Ports(timer, limits, state.metrics(), Node::end);
    }

    /** A node without one of its ports is of no use: the process ends, and whatever watches it starts it anew. */
    private static void end(Throwable cause) {
        VitalThreads.start("listener-lost", () -> {
            throw new IllegalStateException("a port is lost", cause);
        });
    }

    private Hooks hooks(NodeConfig config, Outgoing outgoing) {
        PlaygroundHooks playground =
                new PlaygroundHooks(config.get(PlaygroundSettings.SECTION).groups());
        ByteShares lists = new ByteShares(this::memberListBounds);
        state.metrics().gauge(Metric.MEMBER_LIST_BYTES, lists::held, config.nodeId());
        state.metrics().gauge(Metric.HOOK_ANSWER_BYTES, outgoing.client()::answerBytes, config.nodeId());
        return new Hooks(
                state.metrics(),
                outgoing.backends(),
                Map.of(PlaygroundHooks.BASE_URL, playground),
                lists,
                state.turns());
    }

    private Listeners listen(NodeConfig config, UseCases useCases) {
        outgoing.awaitConnections();
        Observability observability = new Observability(state.metrics())
                .check("draining", () -> draining.begun() ? Optional.of("draining") : Optional.empty())
                .check("threads", VitalThreads::lost)
                .check("cluster", () -> cluster.flatMap(Cluster::notReady))
                .detail("directory", () -> cluster.flatMap(Cluster::directoryDetail))
                .detail("events", dispatching.events()::unavailable)
                .detail("config", reload::lastProblem)
                .detail("hooks", platform::problem);
        ConnectionServices gateway = new ConnectionServices(
                useCases.sessions(),
                useCases.messages(),
                useCases.recalls(),
                useCases.acks(),
                platform.notifier(),
                state.wheel(),
                state.turns(),
                state.load(),
                state.arriving(),
                config.get(QueueSettings.Frames.SECTION).maxFrameBytes(),
                draining::begun,
                state.metrics());
        Ports ports = ports(() -> reload.running().get(AddressSettings.SECTION));
        boolean apart = config.node().internalPort() != config.node().port();
        PlaygroundPage page = new PlaygroundPage(
                "/",
                new PlaygroundGuard(
                        () -> reload.running().tenants().playground(),
                        config.get(PlaygroundSettings.SECTION)::publicAccess),
                new PlaygroundQueries(() -> chat(0), platform.traces()));
        Listeners opened = new Listeners(
                config,
                ports,
                gateway,
                observability,
                Listeners.internal(
                        config,
                        state.tenants(),
                        platform,
                        dispatching,
                        () -> reload.running().get(PlaygroundSettings.SECTION).page(),
                        new PlaygroundQueries(() -> chat(apart ? publicPort.get() : 0), platform.traces())),
                page);
        publicPort.set(opened.port());
        return opened;
    }

    /** Starts this process's node as configured; notes of the configuration are logged. */
    public static Node start(ConfigResult.Valid<Configuration> valid) {
        NodeConfig node = valid.value().node();
        LogSetup.install(node.nodeId(), node.get(LogSection.SECTION));
        valid.notes().forEach(note -> LOG.info("configuration_noted", "note", note));
        return start(valid.value());
    }

    /**
     * Starts a node, which follows its configuration's files; it is ready when this returns.
     *
     * @throws StartRefusedException when it cannot start here and now: a port is taken, its name is that of a live node
     */
    public static Node start(Configuration configuration) {
        Closing closing = new Closing();
        Node node;
        try {
            node = new Node(configuration, closing);
        } catch (PortTakenException e) {
            closing.close();
            throw new StartRefusedException(e.key(), e.what());
        } catch (RuntimeException e) {
            closing.close();
            throw e;
        }
        LOG.info("ready", ReadyLine.fields(configuration, node.port(), node.listeners.internalPort()));
        MemoryCeiling ceiling = MemoryCeiling.of(configuration.node());
        LOG.info(
                "memory_ceiling",
                "heap",
                Runtime.getRuntime().maxMemory(),
                "total",
                ceiling.total(),
                "parts",
                ceiling.parts(),
                "unlimited",
                ceiling.unlimited());
        return node;
    }

    /** For tests: what it holds. */
    NodeState state() {
        return state;
    }

    /** The public port. */
    public int port() {
        return listeners.port();
    }

    /** What there is to chat with; of configured tenants' groups nothing is known here. */
    private PlaygroundQueries.About chat(int port) {
        NodeConfig running = reload.running();
        boolean open = running.tenants().playground();
        return new PlaygroundQueries.About(
                open,
                running.tenants().all().stream().map(TenantConfig::id).sorted().toList(),
                open ? running.get(PlaygroundSettings.SECTION).groups().keySet() : List.of(),
                port);
    }

    private FanOutBounds fanOutBounds() {
        GroupSettings group = reload.running().get(GroupSettings.SECTION);
        return new FanOutBounds(group.routeChunkSize(), group.fanoutWidth());
    }

    private ByteShares.Bounds memberListBounds() {
        GroupSettings group = reload.running().get(GroupSettings.SECTION);
        return new ByteShares.Bounds(group.listBytes(), group.tenantListBytes());
    }

    /** This start's number in the directory; 0 without one. */
    private long epoch() {
        return cluster.map(Cluster::epoch).orElse(0L);
    }

    /** What draining left of its time. */
    private Duration flushTime() {
        Duration left = draining.left();
        return left.compareTo(LEAST_FLUSH) > 0 ? left : LEAST_FLUSH;
    }

    /** Drains, then stops: the listener answers 503 until the last session is gone. */
    @Override
    public void close() {
        draining.run();
        closing.close();
    }
}
