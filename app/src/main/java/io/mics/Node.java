package io.mics;

import io.mics.api.Admission;
import io.mics.api.InternalApi;
import io.mics.api.InternalServer;
import io.mics.auth.Authenticator;
import io.mics.config.ConfigReload;
import io.mics.config.NodeReload;
import io.mics.config.Reading;
import io.mics.console.PlaygroundPage;
import io.mics.event.EventLog;
import io.mics.hook.Hooks;
import io.mics.hook.http.HttpTransport;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.lifecycle.Closing;
import io.mics.lifecycle.Draining;
import io.mics.message.DeliveryAcks;
import io.mics.message.DeliveryIds;
import io.mics.message.DuplicateWindow;
import io.mics.message.IdempotencyKeys;
import io.mics.message.MessageIds;
import io.mics.message.MessageSteps;
import io.mics.message.Messages;
import io.mics.message.PreSend;
import io.mics.message.Recalls;
import io.mics.message.SendToGroup;
import io.mics.message.SendToUser;
import io.mics.observe.Log;
import io.mics.observe.LogSetup;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.Observability;
import io.mics.offline.BacklogOffers;
import io.mics.offline.HomePeers;
import io.mics.offline.HookPull;
import io.mics.offline.Notices;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflinePath;
import io.mics.protocol.Delivery;
import io.mics.routing.FanOutBounds;
import io.mics.routing.GroupFanOut;
import io.mics.routing.LateDelivery;
import io.mics.routing.LocalDelivery;
import io.mics.routing.Presence;
import io.mics.routing.RemoteDelivery;
import io.mics.routing.UserDelivery;
import io.mics.session.Backlog;
import io.mics.session.OutboundBudget;
import io.mics.session.SessionRegistry;
import io.mics.session.SessionSettings;
import io.mics.session.Sessions;
import io.mics.session.Timed;
import io.mics.session.TimingWheel;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import io.mics.ws.Gateway;
import io.mics.ws.GatewayServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The whole server: every part is constructed here, once, in order, and closed in reverse. */
public final class Node implements AutoCloseable {
    private static final Log LOG = Log.of(Node.class);
    private static final Duration WHEEL_TICK = Duration.ofMillis(100);
    private static final Duration HOLD_LIVE = Duration.ofMillis(500);
    private static final Duration RESEND_WAIT = Duration.ofSeconds(5);
    private static final Duration LEAST_FLUSH = Duration.ofSeconds(2);

    private final Closing closing = new Closing();
    private final Metrics metrics;
    private final TimingWheel wheel;
    private final Tenants tenants;
    private final SessionRegistry registry;
    private final OutboundBudget budget;
    private final OfflineBuffer<Delivery> buffer;
    private final Optional<Cluster> cluster;
    private final EventLog events;
    private final HookPlatform platform;
    private final HookNotices told;
    private final Draining draining;
    private final GatewayServer server;
    private final NodeConfig started;
    private volatile Optional<ConfigReload<NodeConfig>> reload = Optional.empty();

    private Node(NodeConfig config) {
        started = config;
        metrics = closing.add("metrics", new Metrics());
        wheel = closing.add("wheel", TimingWheel.start(WHEEL_TICK));
        tenants = new Tenants(config.tenants());
        Hooks hooks = new Hooks(
                metrics,
                closing.add("hook transport", new HttpTransport()),
                Map.of(
                        PlaygroundHooks.BASE_URL,
                        new PlaygroundHooks(config.playground().groups())));
        platform = closing.add("hooks", new HookPlatform(config, new HookTransports(), metrics));

        budget = new OutboundBudget(config.outbound().totalBytes());
        registry = new SessionRegistry(budget, metrics);
        buffer = new OfflineBuffer<>(config.offline().maxBytes(), System::nanoTime, metrics);
        cluster = config.redis().uri().isEmpty()
                ? Optional.empty()
                : Optional.of(closing.add("cluster", Cluster.join(config, this::fanOutBounds, metrics, buffer)));
        EventLog log = closing.add("events", Events.open(config, epoch(), tenants, this::flushTime, metrics));
        told = closing.add(
                "hook notices", new HookNotices(log, Events.settings(config, epoch()), platform, tenants, metrics));
        events = told.events();
        HomePeers homes = cluster.map(Cluster::homes).orElse(HomePeers.ALONE);
        HookPull pull = new HookPull(hooks, config.maxMessageBytes(), metrics, config.nodeId());
        Backlog backlog = new Backlog(buffer, homes, pull, registry, wheel, HOLD_LIVE, metrics, config.nodeId());
        BacklogOffers offers = cluster.map(c -> c.offers(backlog)).orElse(BacklogOffers.ALONE);
        Optional<RemoteDelivery> remote = cluster.map(Cluster::delivery).map(platform.steps()::elsewhere);
        Notices notices = new Notices(events, new LateDelivery(registry, remote), metrics);
        OfflinePath offline = new OfflinePath(buffer, backlog, homes, offers, notices, metrics);
        GroupFanOut fanOut = new GroupFanOut(registry, remote);
        DeliveryIds ids = new DeliveryIds(epoch());
        Messages messages = messages(config, hooks, remote, fanOut, offline, ids);
        Recalls recalls = new Recalls(
                told.recallPermission(),
                hooks,
                fanOut,
                told.notices(),
                ids,
                () -> running().group().maxMembers());
        Sessions sessions = new Sessions(
                new Authenticator(tenants, hooks),
                registry,
                backlog,
                offline,
                events,
                wheel,
                budget,
                sessionSettings(config),
                cluster.map(c -> c.presence(registry, backlog)).orElse(Presence.ALONE),
                metrics,
                tenant -> expect(tenant, messages));

        draining = new Draining(registry, sessions::open, () -> running().drainTimeout());
        schedule(
                config.nodeId(),
                List.of(
                        hooks::forget,
                        platform::forget,
                        told::forget,
                        buffer::forget,
                        sessions::forget,
                        messages::forget,
                        registry::forget,
                        events::forget,
                        metrics::forget));
        cluster.ifPresent(c -> c.open(registry, offline, offers, backlog, tenants));
        told.begin();
        server = closing.add("listener", listen(config, sessions, messages, recalls));
    }

    private static SessionSettings sessionSettings(NodeConfig config) {
        return new SessionSettings(
                config.nodeId(),
                config.outbound().frames(),
                config.outbound().bytes(),
                config.ws().keepalive(),
                config.ws().writeStallTimeout());
    }

    /** Makes every series of a tenant exist with its first connection. */
    private void expect(Tenant tenant, Messages messages) {
        messages.expect(tenant);
        Events.expect(events, tenant, metrics);
        told.expect(tenant.id());
    }

    private Messages messages(
            NodeConfig config,
            Hooks hooks,
            Optional<RemoteDelivery> remote,
            GroupFanOut fanOut,
            OfflinePath offline,
            DeliveryIds ids) {
        MessageSteps steps = platform.steps();
        LocalDelivery devices = steps.here(registry);
        IdempotencyKeys keys = HookPlatform.keys(epoch());
        PreSend preSend = platform.preSend(config, hooks, keys);
        NodeConfig.Duplicates duplicates = config.duplicates();
        return new Messages(
                new SendToUser(preSend, new UserDelivery(devices, remote), offline, steps),
                new SendToGroup(
                        preSend,
                        hooks,
                        fanOut,
                        offline,
                        () -> new SendToGroup.Limits(
                                running().group().maxMembers(),
                                running().group().offlineMaxUsers()),
                        steps),
                new DuplicateWindow(
                        duplicates.maxEntries(),
                        duplicates.window(),
                        duplicates.takeover(),
                        RESEND_WAIT,
                        ids,
                        System::nanoTime),
                new MessageIds(config.nodeId(), System.currentTimeMillis()),
                keys,
                events,
                steps,
                config.maxMessageBytes(),
                metrics);
    }

    private GatewayServer listen(NodeConfig config, Sessions sessions, Messages messages, Recalls recalls) {
        Observability observability = new Observability(metrics)
                .check("draining", () -> draining.begun() ? Optional.of("draining") : Optional.empty())
                .check("cluster", () -> cluster.flatMap(Cluster::notReady))
                .detail("directory", () -> cluster.flatMap(Cluster::directoryDetail))
                .detail("events", events::away)
                .detail("config", () -> reload.flatMap(ConfigReload::lastProblem));
        InternalApi internal = new InternalApi(
                new Admission(config.admin().token()),
                told.deadLetters(),
                platform.trail(),
                config.nodeId(),
                id -> tenants.find(id).isPresent(),
                Optional.empty());
        boolean together = config.internalPort() == config.port();
        if (!together) {
            closing.add(
                    "internal listener", InternalServer.start(config.bindAddress(), config.internalPort(), internal));
        }
        return GatewayServer.start(
                new GatewayServer.Listen(
                        config.bindAddress(),
                        config.port(),
                        config.ws().maxTcpConnections(),
                        config.ws().handshakeTimeout(),
                        config.ws().idleTimeout()),
                new Gateway(
                        sessions,
                        messages,
                        recalls,
                        new DeliveryAcks(told.notices()),
                        wheel,
                        config.maxFrameBytes(),
                        draining::begun,
                        metrics),
                observability.feature(),
                together ? internal::route : routing -> {},
                new PlaygroundPage(() -> running().playground().open(), config.playground()::publicAccess));
    }

    private void schedule(String node, List<Consumer<String>> holders) {
        metrics.gauge(Metric.WS_CONNECTIONS, registry::size, node);
        metrics.gauge(Metric.OUTBOUND_QUEUED_BYTES, budget::used, node);
        metrics.gauge(Metric.OFFLINE_BUFFERED_BYTES, buffer::bytes, node);
        Timed sweep = now -> {
            buffer.sweep();
            tenants.forgetRemoved(registry::hasSessions, id -> holders.forEach(holder -> holder.accept(id)));
            return TimeUnit.SECONDS.toNanos(1);
        };
        wheel.schedule(sweep, TimeUnit.SECONDS.toNanos(1));
    }

    /** Starts this process's node as configured; notes of the configuration are logged. */
    static Node start(Reading.Valid<NodeConfig> valid) {
        LogSetup.install(valid.value().nodeId());
        valid.notes().forEach(note -> LOG.info("configuration", "note", note));
        return start(valid.value());
    }

    /** Starts a node; it is ready when this returns. */
    public static Node start(NodeConfig config) {
        Node node = new Node(config);
        LOG.info("ready", "port", node.port(), "playground", config.playground().open());
        LOG.info("memory ceiling", "outbound", config.outbound(), "offline", config.offline());
        return node;
    }

    /** Follows the configuration files in {@code dir} from now on. */
    public Node following(Path dir, Map<String, String> environment) {
        NodeReload live = new NodeReload(tenants);
        reload = Optional.of(
                closing.add("config reload", new ConfigReload<>(dir, environment, running(), live, metrics).start()));
        return this;
    }

    /** The public port. */
    public int port() {
        return server.port();
    }

    private FanOutBounds fanOutBounds() {
        NodeConfig.Group group = running().group();
        return new FanOutBounds(group.routeChunkSize(), group.fanoutWidth());
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

    private NodeConfig running() {
        return reload.map(ConfigReload::running).orElse(started);
    }

    /** Drains, then stops: the listener answers 503 until the last session is gone. */
    @Override
    public void close() {
        draining.run();
        closing.close();
    }
}
