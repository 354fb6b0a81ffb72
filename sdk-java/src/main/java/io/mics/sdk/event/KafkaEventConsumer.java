package io.mics.sdk.event;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the gateway's events from Kafka and gives each to an {@link EventHandler}, at least once.
 *
 * <p>An event is committed only after its handler returned. A handler that throws is offered the same event again,
 * after a pause that doubles; until it returns, nothing behind it in the same partition is offered, while other
 * partitions go on and the consumer stays in its group. An event may come twice: after a crash, after a rebalance
 * before the commit, or because the gateway published it twice. {@link Envelope#identity} tells; {@link
 * Builder#remember} leaves out those this process has handled itself.
 *
 * <p>One user's events are in order (the record's key is the user); between users there is none.
 *
 * <p>Record headers: {@code mics-event-id} (the identity), {@code traceparent}, {@code feature_version}.
 */
public final class KafkaEventConsumer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(KafkaEventConsumer.class.getName());
    private static final long AFTER_INTERRUPT_MILLIS = 12_000;

    private final Thread thread;
    private final CountDownLatch stop;
    private final EventDispatch dispatch;
    private final Duration closeTimeout;

    private KafkaEventConsumer(Thread thread, CountDownLatch stop, EventDispatch dispatch, Duration closeTimeout) {
        this.thread = thread;
        this.stop = stop;
        this.dispatch = dispatch;
        this.closeTimeout = closeTimeout;
    }

    /** A consumer for this handler, not started yet. Needs servers, a group, and tenants. */
    public static Builder builder(EventHandler handler) {
        return new Builder(handler);
    }

    /** What it did so far. From any thread. */
    public EventCounts counts() {
        return dispatch.counts();
    }

    /** Whether its thread still reads: false only after {@link #close} or an Error outside the handler. */
    public boolean running() {
        return thread.isAlive();
    }

    /**
     * Waits for the record in hand, commits, leaves the group. A handler that takes longer than the close timeout is
     * interrupted; its event will come again. Called by the handler itself, it returns at once and all this follows.
     */
    @Override
    public void close() {
        stop.countDown();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(Math.max(1, closeTimeout.toMillis()));
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(AFTER_INTERRUPT_MILLIS);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.log(Level.WARNING, "an event handler does not return; its event is not committed");
        }
    }

    /** Collects what a consumer needs. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_REMEMBERED = 1_000_000;
        private static final Set<String> OURS =
                Set.of("bootstrap.servers", "group.id", "enable.auto.commit", "key.deserializer", "value.deserializer");

        private final EventHandler handler;
        private final Map<String, Object> properties = new HashMap<>();
        private List<String> tenants = List.of();
        private boolean allTenants;
        private EventTopic topic = new EventTopic(EventTopic.DEFAULT);
        private EventSecrets secrets = tenant -> List.of("");
        private RejectedHandler onRejected = rejected -> LOG.log(Level.WARNING, "passed over: {0}", rejected);
        private int remembered;
        private Duration firstPause = Duration.ofMillis(100);
        private Duration longestPause = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(30);

        private Builder(EventHandler handler) {
            this.handler = handler;
            properties.put("auto.offset.reset", "earliest");
            properties.put("allow.auto.create.topics", "false");
            properties.put("metadata.max.age.ms", "10000");
            properties.put("session.timeout.ms", "10000");
            properties.put(
                    "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        }

        /** Where Kafka is: {@code host:port,host:port}. Required. */
        public Builder bootstrapServers(String hostsAndPorts) {
            properties.put("bootstrap.servers", hostsAndPorts);
            return this;
        }

        /** Consumers of the same group share the events; each group gets all of them. Required. */
        public Builder group(String groupId) {
            properties.put("group.id", groupId);
            return this;
        }

        /** Whose events. This or {@link #allTenants} is required; a topic that does not exist yet is waited for. */
        public Builder tenants(String... tenantIds) {
            tenants = List.of(tenantIds);
            allTenants = false;
            return this;
        }

        /** The events of all tenants; a new one's topic is noticed within 10 s. Never reads dead letters. */
        public Builder allTenants() {
            tenants = List.of();
            allTenants = true;
            return this;
        }

        /**
         * How topics are called, as configured at the gateway: {@value EventTopic#DEFAULT} by default.
         *
         * @throws IllegalArgumentException unless <code>{tenant}</code> occurs in it exactly once
         */
        public Builder topic(String template) {
            topic = new EventTopic(template);
            return this;
        }

        /** One secret for all tenants; empty, the default, accepts every event, signed or not. */
        public Builder secret(String secret) {
            return secrets(tenant -> List.of(secret));
        }

        /** The secrets of each tenant. */
        public Builder secrets(EventSecrets perTenant) {
            secrets = perTenant;
            return this;
        }

        /** What to do with records that are no events. By default they are logged, without their value, and passed. */
        public Builder onRejected(RejectedHandler callback) {
            onRejected = callback;
            return this;
        }

        /**
         * How many identities to remember of each partition, 0 (the default) to 1 000 000, some 150 bytes each. An
         * event whose identity is remembered does not reach the handler. The memory ends with the process.
         *
         * @throws IllegalArgumentException out of range
         */
        public Builder remember(int identitiesPerPartition) {
            if (identitiesPerPartition < 0 || identitiesPerPartition > MAX_REMEMBERED) {
                throw new IllegalArgumentException("0 to " + MAX_REMEMBERED + ", not " + identitiesPerPartition);
            }
            remembered = identitiesPerPartition;
            return this;
        }

        /**
         * The pause after a handler threw: the first one, doubled each time up to the longest. 100 ms and 30 s.
         *
         * @throws IllegalArgumentException the first is not positive, or longer than the longest
         */
        public Builder backoff(Duration first, Duration longest) {
            if (first.isNegative() || first.isZero() || first.compareTo(longest) > 0) {
                throw new IllegalArgumentException("backoff from " + first + " to " + longest);
            }
            firstPause = first;
            longestPause = longest;
            return this;
        }

        /** How long {@link KafkaEventConsumer#close} waits for the handler before it interrupts it. 30 s. */
        public Builder closeTimeout(Duration atMost) {
            closeTimeout = atMost;
            return this;
        }

        /**
         * A setting of Kafka's consumer, for security above all. By default {@code auto.offset.reset=earliest} (a new
         * group reads everything that is kept), {@code session.timeout.ms=10000} (after a crash, the others take over
         * so late), {@code metadata.max.age.ms=10000}, and cooperative assignment.
         *
         * @throws IllegalArgumentException for servers, group, commit and deserialisers, which are not a matter of this
         */
        public Builder property(String name, String value) {
            if (OURS.contains(name)) {
                throw new IllegalArgumentException(name + " cannot be set this way");
            }
            properties.put(name, value);
            return this;
        }

        /**
         * Starts reading, on a thread of its own. Kafka need not be reachable yet.
         *
         * @throws IllegalStateException servers, group or tenants are missing
         * @throws org.apache.kafka.common.KafkaException the settings make no consumer
         */
        public KafkaEventConsumer start() {
            if (!properties.containsKey("bootstrap.servers") || !properties.containsKey("group.id")) {
                throw new IllegalStateException("bootstrapServers and group are required");
            }
            if (tenants.isEmpty() && !allTenants) {
                throw new IllegalStateException("tenants or allTenants is required");
            }
            Map<String, Object> settings = new HashMap<>(properties);
            settings.put("enable.auto.commit", "false");
            EventDispatch dispatch = new EventDispatch(
                    new EventDecoder(topic, secrets), handler, onRejected, new SeenIdentities(remembered));
            CountDownLatch stop = new CountDownLatch(1);
            Consumer<byte[], byte[]> client =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            KafkaEventLoop loop = new KafkaEventLoop(client, dispatch, firstPause, longestPause, stop);
            if (allTenants) {
                client.subscribe(topic.ofAll(), loop);
            } else {
                client.subscribe(tenants.stream().map(topic::of).toList(), loop);
            }
            Thread thread = new Thread(loop, "mics-events-" + properties.get("group.id"));
            thread.start(); // from here on the client belongs to it
            return new KafkaEventConsumer(thread, stop, dispatch, closeTimeout);
        }
    }
}
