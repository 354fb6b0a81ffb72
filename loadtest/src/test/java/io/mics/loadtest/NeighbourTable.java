package io.mics.loadtest;

import io.mics.loadtest.PacedTraffic.Place;
import io.mics.sdk.testing.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Measures one tenant's messages and events while another tenant's topic is deleted, and while that one's events are
 * 10 MB, and counts every event of both. Missing topics are not created here, or the gateway would heal at once what is
 * to be measured.
 */
final class NeighbourTable {
    private static final String NOISY = "t2";
    private static final int PAIRS = 100;
    private static final double RATE = 250;
    private static final int WARM_UP = 15;
    private static final int EACH = 30;
    private static final int SMALL = 128;
    private static final int LARGE = 10_000_000;
    private static final double LARGE_RATE = 2;
    private static final int MAX_MESSAGE = 10 << 20;
    private static final int MAX_RECORD = MAX_MESSAGE + (64 << 10);
    private static final int USUAL_RECORD = 1 << 20;

    private final Gateways gateways;
    private final KafkaBroker broker;
    private final Admin admin;
    private final Timings timings = new Timings();
    private final List<String> rows = new ArrayList<>();

    private NeighbourTable(Gateways gateways, KafkaBroker broker, Admin admin) {
        this.gateways = gateways;
        this.broker = broker;
        this.admin = admin;
    }

    /** Runs it and prints its table; says whether every event is accounted for. */
    static boolean run(Path folder, Path jar) throws Exception {
        try (KafkaBroker broker = KafkaBroker.running();
                Admin admin = broker.admin();
                Gateways gateways = Gateways.start(
                        folder,
                        jar,
                        1,
                        new Gateways.Extras(
                                Map.of(
                                        "KAFKA__BOOTSTRAP_SERVERS",
                                        broker.bootstrapServers(),
                                        "MAX_MESSAGE_BYTES",
                                        Integer.toString(MAX_MESSAGE)),
                                "kafka: {create-topics: false}\n",
                                NOISY))) {
            return new NeighbourTable(gateways, broker, admin).run();
        }
    }

    private boolean run() throws Exception {
        for (String topic : List.of(topic(Gateways.TENANT), topic(NOISY))) {
            create(topic);
            create(topic + "-dlq");
        }
        try (PacedTraffic traffic = new PacedTraffic(gateways, List.of(timings));
                NoisyTenant noisy = new NoisyTenant(gateways, NOISY)) {
            open(traffic);
            noisy.start(SMALL, RATE);
            traffic.steady(RATE, WARM_UP);
            phase(traffic, "well");
            noisy.stop();
            gateways.awaitEventsLeft();
            long beforeDeletion = tally(NOISY, "").distinct();
            admin.deleteTopics(List.of(topic(NOISY))).all().get();
            noisy.start(SMALL, RATE);
            phase(traffic, "its topic deleted");
            noisy.stop();
            long waited = (long) gateways.total("mics_mq_queued{", label(NOISY));
            create(topic(NOISY));
            gateways.awaitEventsLeft();
            noisy.start(LARGE, LARGE_RATE);
            phase(traffic, "its events 10 MB, taken");
            noisy.stop();
            gateways.awaitEventsLeft();
            limit(topic(NOISY), USUAL_RECORD);
            noisy.start(LARGE, LARGE_RATE);
            phase(traffic, "its events 10 MB, refused");
            long sent = noisy.stop();
            gateways.awaitEventsLeft();
            System.out.println("\n| the other tenant | acked p50 / p99 ms | event confirmed mean / p50 / p99 ms |");
            System.out.println("| --- | ---: | ---: |");
            rows.forEach(System.out::println);
            System.out.println("\nwaiting when the topic came back: " + waited);
            boolean one = isAccountedFor(Gateways.TENANT, traffic.acknowledged() + 2L * PAIRS, 0);
            boolean other = isAccountedFor(NOISY, sent + NoisyTenant.CONNECTIONS, beforeDeletion);
            return one && other;
        }
    }

    private void open(PacedTraffic traffic) throws IOException, InterruptedException {
        List<Place> from = new ArrayList<>();
        List<Place> to = new ArrayList<>();
        for (int pair = 0; pair < PAIRS; pair++) {
            from.add(new Place("a" + pair, 0));
            to.add(new Place("b" + pair, 0));
        }
        List<LoadConnection> senders = traffic.open(from);
        List<LoadConnection> receivers = traffic.open(to);
        for (int pair = 0; pair < PAIRS; pair++) {
            traffic.toUser(senders.get(pair), receivers.get(pair), "b" + pair, timings);
        }
    }

    private void phase(PacedTraffic traffic, String name) throws IOException, InterruptedException {
        PublishTimes before = PublishTimes.of(gateways, Gateways.TENANT);
        traffic.steady(RATE, EACH);
        PublishTimes events = PublishTimes.of(gateways, Gateways.TENANT).since(before);
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %.2f / %.2f | %.2f / %.2f / %.2f |",
                name,
                timings.ack.micros(0.50) / 1000,
                timings.ack.micros(0.99) / 1000,
                events.mean(),
                events.quantile(0.50),
                events.quantile(0.99)));
        System.err.println(rows.getLast());
    }

    private boolean isAccountedFor(String tenant, long events, long consumedBefore) throws Exception {
        KafkaTally tally = tally(tenant, "");
        KafkaTally dead = tally(tenant, "-dlq");
        long consumed = consumedBefore + tally.distinct();
        long dropped = (long) gateways.total("mics_mq_dropped_total{", label(tenant));
        System.out.printf(
                "%s: %d events, %d consumed, %d dead-lettered, %d dropped; out of order: %d%n",
                tenant, events, consumed, dead.distinct(), dropped, tally.disorder());
        boolean unharmed = tenant.equals(NOISY) || events == consumed;
        return unharmed && events == consumed + dead.distinct() + dropped && tally.disorder() == 0;
    }

    private KafkaTally tally(String tenant, String suffix) throws IOException {
        return KafkaTally.of(broker.bootstrapServers(), topic(tenant) + suffix);
    }

    private static String topic(String tenant) {
        return "im-mics-" + tenant + "-event";
    }

    private static String label(String tenant) {
        return "tenant=\"" + tenant + "\"";
    }

    private void create(String topic) throws Exception {
        NewTopic wanted = new NewTopic(topic, Optional.of(6), Optional.empty())
                .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD)));
        admin.createTopics(List.of(wanted)).all().get();
    }

    private void limit(String topic, int bytes) throws Exception {
        ConfigEntry entry = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes));
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(entry, OpType.SET))))
                .all()
                .get();
    }
}
