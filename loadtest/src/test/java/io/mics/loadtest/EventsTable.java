package io.mics.loadtest;

import io.mics.loadtest.PacedTraffic.Place;
import io.mics.sdk.testing.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures what events cost messages, and counts every event, while the broker is there, is killed for a while, and is
 * asked for more than it may hold back. Exits with 1 when an event is unaccounted for or out of order.
 */
final class EventsTable {
    private static final int PAIRS = 100;
    private static final double WITHIN = 250;
    private static final double BEYOND = 3_000;
    private static final int WARM_UP = 15;
    private static final int AWAY = 30;
    private static final int FLOOD = 15;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Gateways gateways;
    private final KafkaBroker broker;
    private final Timings timings = new Timings();
    private final List<String> rows = new ArrayList<>();

    private EventsTable(Gateways gateways, KafkaBroker broker) {
        this.gateways = gateways;
        this.broker = broker;
    }

    /** The gateway's jar is the only argument. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("mics-events");
        boolean good;
        try (KafkaBroker broker = KafkaBroker.running();
                Gateways gateways = Gateways.start(
                        folder,
                        Path.of(args[0]).toAbsolutePath(),
                        1,
                        Map.of("KAFKA__BOOTSTRAP_SERVERS", broker.bootstrapServers()))) {
            good = new EventsTable(gateways, broker).run();
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        try (PacedTraffic traffic = new PacedTraffic(gateways, List.of(timings))) {
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
            traffic.steady(WITHIN, WARM_UP);
            double there = phase(traffic, "broker there", WITHIN, AWAY);
            broker.kill();
            double away = phase(traffic, "broker killed", WITHIN, AWAY);
            broker.start();
            phase(traffic, "broker back", WITHIN, WARM_UP);
            awaitEmpty();
            long droppedWithin = dropped();
            broker.kill();
            phase(traffic, "broker killed, too many events", BEYOND, FLOOD);
            broker.start();
            awaitEmpty();
            System.out.println("\n| | messages/s | acked p50 / p99 ms | delivered p50 / p99 ms |");
            System.out.println("| --- | ---: | ---: | ---: |");
            rows.forEach(System.out::println);
            System.out.printf(Locale.ROOT, "%np99 of an ack, broker killed over there: %.2f%n", away / there);
            return isAccountedFor(traffic.acknowledged(), droppedWithin);
        }
    }

    private double phase(PacedTraffic traffic, String name, double rate, int seconds) throws IOException {
        double held = traffic.steady(rate, seconds);
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %.0f | %.2f / %.2f | %.2f / %.2f |",
                name,
                rate * (1 - held),
                timings.ack.micros(0.50) / 1000,
                timings.ack.micros(0.99) / 1000,
                timings.delivery.micros(0.50) / 1000,
                timings.delivery.micros(0.99) / 1000));
        System.err.println(rows.getLast());
        return timings.ack.micros(0.99);
    }

    private long dropped() throws IOException, InterruptedException {
        return (long) gateways.total("mics_mq_dropped_total{", "");
    }

    private void awaitEmpty() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (gateways.total("mics_mq_queued{", "") > 0) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("events are still queued after two minutes");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private boolean isAccountedFor(long acked, long droppedWithin) throws IOException, InterruptedException {
        KafkaTally tally = KafkaTally.of(broker.bootstrapServers(), "im-mics-" + Gateways.TENANT + "-event");
        KafkaTally dead = KafkaTally.of(broker.bootstrapServers(), "im-mics-" + Gateways.TENANT + "-event-dlq");
        long dropped = dropped();
        long events = acked + 2L * PAIRS;
        System.out.printf(
                "events: %d of messages and connections, %d consumed (%d records), %d dead-lettered, %d dropped, "
                        + "%d of them within the bounds; out of order: %d%n",
                events, tally.distinct(), tally.records(), dead.distinct(), dropped, droppedWithin, tally.disorder());
        return events == tally.distinct() + dead.distinct() + dropped && droppedWithin == 0 && tally.disorder() == 0;
    }
}
