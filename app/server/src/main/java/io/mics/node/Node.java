package io.mics.node;

import io.mics.config.ConfigResult;
import io.mics.lifecycle.Lifecycle;
import io.mics.listener.PortTakenException;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.LogSection;
import io.mics.node.settings.MemoryCeiling;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.NodeSettings;
import io.mics.node.settings.Role;
import io.mics.node.settings.StartRefusedException;
import io.mics.node.settings.StartupLog;
import io.mics.observe.Log;
import io.mics.observe.log.LogSetup;
import java.util.Optional;

/** The whole server: what every role stands on, the roles that are configured, then the ports. */
public final class Node implements AutoCloseable {
    private static final Log LOG = Log.of(Node.class);

    private final Lifecycle lifecycle;
    private final Foundation foundation;
    private volatile Optional<GatewayRole> gateway = Optional.empty();

    private Node(Configuration configuration, Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
        foundation = new Foundation(configuration, lifecycle);
        NodeSettings roles = configuration.node().node();
        if (roles.is(Role.GATEWAY) || roles.is(Role.PIPELINE)) {
            serveMessages(roles);
        }
        if (roles.is(Role.ADMIN)) {
            AdminRole.start(foundation, gateway);
        }
        foundation.open();
    }

    /** The pipeline first: gateways of this process and of others ask it. */
    private void serveMessages(NodeSettings roles) {
        Messaging messaging = Messaging.open(
                foundation, () -> gateway.map(GatewayRole::flushTime).orElse(Messaging.LEAST_FLUSH));
        Optional<PipelineRole> pipeline = roles.is(Role.PIPELINE) ? PipelineRole.start(messaging) : Optional.empty();
        if (roles.is(Role.GATEWAY)) {
            gateway = Optional.of(GatewayRole.start(messaging, pipeline));
        }
        messaging.serve(pipeline);
    }

    /** Starts this process's node as configured; notes of the configuration are logged. */
    public static Node start(ConfigResult.Valid<Configuration> valid) {
        NodeConfig node = valid.value().node();
        LogSetup.install(node.nodeId(), node.get(LogSection.SECTION));
        valid.notes().forEach(note -> LOG.info("config_warning_reported", "note", note));
        return start(valid.value());
    }

    /**
     * Starts a node, which follows its configuration's files; it is ready when this returns.
     *
     * @throws StartRefusedException when it cannot start here and now: a port is taken, its name is that of a live node
     */
    public static Node start(Configuration configuration) {
        Lifecycle lifecycle = new Lifecycle();
        Node node;
        try {
            node = new Node(configuration, lifecycle);
        } catch (PortTakenException e) {
            endAfterFailure(lifecycle);
            throw new StartRefusedException(e.key(), e.what());
        } catch (RuntimeException e) {
            endAfterFailure(lifecycle);
            throw e;
        }
        Endpoints ports = node.foundation.endpoints();
        LOG.info("ready", StartupLog.fields(configuration, ports.port(), ports.internalPort()));
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

    /** An interrupt that ended the start does not cut its end short. */
    private static void endAfterFailure(Lifecycle lifecycle) {
        boolean interrupted = Thread.interrupted();
        lifecycle.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The public port; 0 without the role {@code gateway}. */
    public int port() {
        return foundation.endpoints().port();
    }

    /** The port of {@code /internal}, metrics and health, which may be the public one. */
    public int internalPort() {
        return foundation.endpoints().internalPort();
    }

    /** For tests: what serves clients. */
    GatewayRole gateway() {
        return gateway.orElseThrow();
    }

    /** Drains, then stops: the listener answers 503 until the last session is gone. */
    @Override
    public void close() {
        lifecycle.close();
        LOG.info("stopped");
    }
}
