package io.mics.node;

import io.mics.event.kafka.KafkaHookTopics;
import io.mics.httpclient.HttpClientSettings;
import io.mics.kafka.KafkaSecurity;
import io.mics.listener.AddressSettings;
import io.mics.observe.log.LogSettings;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything set for one node, read from {@code mics.yaml}, {@code tenants.yaml} and the environment. Immutable; a
 * reload makes a new one. Components are named like their keys.
 *
 * @param port            the public TCP port; 0 takes a free one
 * @param host            the address to listen on; see {@link #bindAddress()}
 * @param nodeId          this node's name, unique in its cluster
 * @param publicEndpoint  what other nodes dial; empty is the first non-loopback address and {@code grpcPort}
 * @param internalPort    the port of {@code /internal} and the console; equal to {@code port} is the same listener
 * @param admin           who may ask there
 * @param grpcPort        the port of the node link
 * @param maxMessageBytes bytes of one message body, inclusive; 0 is unlimited
 * @param defaultTenant   whose those are who connect with a token alone, speaking JSON; empty serves nobody so
 * @param drainTimeout    how long sessions have to leave at shutdown; zero closes them at once
 * @param drainMin        how long the ports are served at shutdown at least, sessions or not
 * @param ws              connections
 * @param addresses       what one client address may take
 * @param redis           the directory
 * @param kafka           events
 * @param cluster         other nodes
 * @param inbound         messages that are not whole yet
 * @param outbound        what waits for a client's socket
 * @param offline         what waits for absent users
 * @param duplicates      the window in which a resend is recognised
 * @param group           group messages
 * @param hooks           what hooks run from and what is recorded of them
 * @param tracing         where spans go
 * @param log             what is logged, and how
 * @param playground      the built-in tenant
 * @param defaults        the settings a tenant has where it sets nothing
 * @param tenants         every tenant; the playground's alone when that is open
 * @param tenantsInFile   the ids that {@code tenants.yaml} itself holds
 */
public record NodeConfig(
        int port,
        String host,
        String nodeId,
        String publicEndpoint,
        int internalPort,
        Admin admin,
        int grpcPort,
        int maxMessageBytes,
        String defaultTenant,
        Duration drainTimeout,
        Duration drainMin,
        Ws ws,
        AddressSettings addresses,
        Redis redis,
        Kafka kafka,
        Cluster cluster,
        Inbound inbound,
        Outbound outbound,
        Offline offline,
        Duplicates duplicates,
        Group group,
        Hooks hooks,
        Tracing tracing,
        LogSettings log,
        Playground playground,
        TenantSettings defaults,
        List<TenantConfig> tenants,
        List<String> tenantsInFile) {

    /** Bytes a frame may have beyond the message body in it. */
    public static final int FRAME_OVERHEAD_BYTES = 64 * 1024;

    /**
     * Who may ask under {@code /internal}.
     *
     * @param token         what they show; empty: tools on this machine, which show nothing
     * @param publicMetrics whether {@code /metrics} is on the public port, too
     */
    public record Admin(String token, boolean publicMetrics) {
        /** Secrets never reach a log. */
        @Override
        public String toString() {
            return token.isEmpty() ? "Admin[]" : "Admin[***]";
        }
    }

    /**
     * Connections.
     *
     * @param keepalive         time between WebSocket pings; zero sends none
     * @param handshakeTimeout  time from accepting a socket to the whole upgrade request
     * @param idleTimeout       time an HTTP connection may be idle between requests
     * @param writeStallTimeout time one socket write may take until the connection is closed
     * @param exchangeTimeout   time from a request's head to the end of its answer
     * @param maxTcpConnections sockets accepted at one time; 0 is as many as the process's open files allow
     */
    public record Ws(
            Duration keepalive,
            Duration handshakeTimeout,
            Duration idleTimeout,
            Duration writeStallTimeout,
            Duration exchangeTimeout,
            int maxTcpConnections) {}

    /**
     * The directory.
     *
     * @param uri            where Redis is; empty keeps the directory in memory
     * @param commandTimeout what one command may take until Redis counts as away
     */
    public record Redis(String uri, Duration commandTimeout) {
        /** The address may hold a password. */
        @Override
        public String toString() {
            return uri.isEmpty() ? "Redis[]" : "Redis[***, commandTimeout=" + commandTimeout + "]";
        }
    }

    /**
     * Events.
     *
     * @param bootstrapServers         {@code host:port} list; empty keeps events in the process
     * @param security                 how to get in there
     * @param topic                    a tenant's topic, with {@code {tenant}} in it
     * @param hookTopics               a tenant's topics for hooks outside the sender's thread
     * @param createTopics             whether missing topics are created
     * @param maxAttempts              tries before the dead letter topic; 0 never gives up
     * @param queueCapacity            events waiting in all; 0 is unlimited
     * @param queueBytes               bytes of them; 0 is unlimited
     * @param maxPendingPerTenant      events of one tenant waiting; 0 is unlimited
     * @param maxPendingBytesPerTenant bytes of them; 0 is unlimited
     * @param retryBackoff             time before the second try, doubled for each further one
     */
    public record Kafka(
            String bootstrapServers,
            KafkaSecurity security,
            String topic,
            KafkaHookTopics hookTopics,
            boolean createTopics,
            int maxAttempts,
            int queueCapacity,
            long queueBytes,
            int maxPendingPerTenant,
            long maxPendingBytesPerTenant,
            Duration retryBackoff) {}

    /**
     * Other nodes.
     *
     * @param token           what nodes show each other; empty shows nothing
     * @param breakerFailures consecutive failures that open the breaker of a peer; 0 never opens it
     * @param breakerOpen     how long an open breaker refuses; zero does not wait
     * @param routeCacheTtl   how long a looked-up route is kept; zero keeps none
     * @param nodeLease       how long a node that says nothing counts as there
     * @param nodeRenewal     time between the moments it says so
     * @param linkDeadline    how long one attempt of a call to a peer waits for its answer
     * @param linkInFlight    calls to one peer at one time; 0 is unlimited
     * @param linkBytes       bytes of the calls to one peer at one time; 0 is unlimited
     * @param linkHeartbeat   time between signs of life on a link; three missed ones end it
     * @param tls             the files of mutual TLS between nodes
     */
    public record Cluster(
            String token,
            int breakerFailures,
            Duration breakerOpen,
            Duration routeCacheTtl,
            Duration nodeLease,
            Duration nodeRenewal,
            Duration linkDeadline,
            int linkInFlight,
            long linkBytes,
            Duration linkHeartbeat,
            Tls tls) {
        /** Secrets never reach a log. */
        @Override
        public String toString() {
            return "Cluster[token=***, breakerOpen=" + breakerOpen + ", routeCacheTtl=" + routeCacheTtl + ", nodeLease="
                    + nodeLease + ", nodeRenewal=" + nodeRenewal + "]";
        }
    }

    /**
     * The files of mutual TLS between nodes: all of them, or none for plain text.
     *
     * @param certificate this node's certificate chain; empty is plain text
     * @param key         its private key
     * @param trust       the certificates that sign the nodes' own
     */
    public record Tls(String certificate, String key, String trust) {
        /** Whether links are encrypted. */
        public boolean configured() {
            return !certificate.isEmpty();
        }
    }

    /**
     * Messages that have begun and are not handled yet.
     *
     * @param totalBytes bytes of them on the whole node; 0 is unlimited
     */
    public record Inbound(long totalBytes) {}

    /**
     * What waits for a client's socket.
     *
     * @param frames     frames waiting for one connection; 0 is unlimited
     * @param bytes      bytes waiting for one connection, at least one maximal frame; 0 is unlimited
     * @param totalBytes bytes waiting on the whole node; 0 is unlimited
     */
    public record Outbound(int frames, long bytes, long totalBytes) {}

    /**
     * What waits for absent users.
     *
     * @param maxBytes bytes kept on the whole node; 0 is unlimited
     */
    public record Offline(long maxBytes) {}

    /**
     * The window in which a resend is recognised.
     *
     * @param window     how long a message is remembered
     * @param takeover   how long a resend over a new connection counts as the same message
     * @param maxEntries messages remembered, oldest forgotten first; 0 is unlimited
     */
    public record Duplicates(Duration window, Duration takeover, int maxEntries) {}

    /**
     * Group messages.
     *
     * @param routeChunkSize  members looked up at one time; 0 looks all up at once
     * @param maxMembers      members of one group; 0 is unlimited
     * @param offlineMaxUsers absent members something is kept for, per message; 0 keeps nothing for groups
     * @param fanoutWidth     chunks of one message in flight; 0 is unlimited
     * @param listBytes       bytes of the member lists in memory; 0 is unlimited
     * @param tenantListBytes bytes of those of one tenant; 0 is unlimited
     */
    public record Group(
            int routeChunkSize,
            int maxMembers,
            int offlineMaxUsers,
            int fanoutWidth,
            long listBytes,
            long tenantListBytes) {}

    /**
     * What hooks run from and what is recorded of them; the hooks themselves are in {@code hooks.yaml}.
     *
     * @param plugins        the folder of plugin jars, beside the configuration when relative
     * @param auditLog       the file that gets a JSON line per execution; empty is none
     * @param auditTopic     the topic that gets it, too; empty is none
     * @param record         the file that gets every call, redacted; empty is none
     * @param recordMaxBytes how large that file grows before it is begun anew
     * @param explainEntries messages and hook calls remembered of each tenant; 0 remembers nothing
     * @param http           the bounds of calls over HTTP
     * @param preSendDeadline all pre-send hooks of a message together, /check-message included; zero is each hook's own
     * @param warmUp         how long the start waits for connections to tenants' backends; zero makes none ahead
     */
    public record Hooks(
            String plugins,
            String auditLog,
            String auditTopic,
            String record,
            long recordMaxBytes,
            int explainEntries,
            HttpClientSettings http,
            Duration preSendDeadline,
            Duration warmUp) {}

    /**
     * Where spans go.
     *
     * @param endpoint the base URL of a collector that takes OTLP over HTTP; empty sends none
     * @param share    of the traces that are sent, 0 to 1
     */
    public record Tracing(String endpoint, double share) {}

    /**
     * The built-in tenant for trying things out.
     *
     * @param open         whether it exists: no Redis, no Kafka and no tenant is configured
     * @param publicAccess listen on every address all the same
     * @param page         whether its page is under {@code /internal} too, for whatever tenants there are
     * @param groups       its groups and their members
     */
    public record Playground(boolean open, boolean publicAccess, boolean page, Map<String, List<String>> groups) {}

    /** The address to listen on: loopback alone while an open playground is not public. */
    public String bindAddress() {
        return playground.open() && !playground.publicAccess() ? "127.0.0.1" : host;
    }

    /** Bytes of the largest frame accepted. */
    public int maxFrameBytes() {
        return maxMessageBytes == 0 ? Integer.MAX_VALUE : maxMessageBytes + FRAME_OVERHEAD_BYTES;
    }

    /** This one with everything of {@code next} that can change while running. */
    public NodeConfig withLiveOf(NodeConfig next) {
        return new NodeConfig(
                port,
                host,
                nodeId,
                publicEndpoint,
                internalPort,
                admin,
                grpcPort,
                maxMessageBytes,
                defaultTenant,
                next.drainTimeout,
                next.drainMin,
                ws,
                next.addresses,
                redis,
                kafka,
                cluster,
                inbound,
                outbound,
                offline,
                duplicates,
                next.group,
                hooks,
                tracing,
                next.log,
                new Playground(
                        next.playground.open(),
                        playground.publicAccess(),
                        next.playground.page(),
                        next.playground.groups()),
                next.defaults,
                next.tenants,
                next.tenantsInFile);
    }

    /** The tenant with this id. */
    public Optional<TenantConfig> tenant(String id) {
        return tenants.stream().filter(tenant -> tenant.id().equals(id)).findFirst();
    }
}
