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

    private final Gateways gateways;
    private final KafkaBroker broker;
    private final Timings timings = new Timings();
    private final List<String> rows = new ArrayList<>();

    private EventsTable(Gateways gateways, KafkaBroker broker) {
        this.gateways = gateways;
        this.broker = broker;
    }

    /** Arguments: the gateway's jar, then {@code broker} or {@code neighbour} for one of the two parts alone. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("mics-events");
        Path jar = Path.of(args[0]).toAbsolutePath();
        String part = args.length > 1 ? args[1] : "";
        boolean good = part.equals("neighbour") || broker(folder.resolve("broker"), jar);
        good &= part.equals("broker") || NeighbourTable.run(folder.resolve("neighbour"), jar);
        System.exit(good ? 0 : 1);
    }

    private static boolean broker(Path folder, Path jar) throws IOException, InterruptedException {
        try (KafkaBroker broker = KafkaBroker.running();
                Gateways gateways = Gateways.start(
                        folder,
                        jar,
                        1,
                        new Gateways.Extras(Map.of("KAFKA__BOOTSTRAP_SERVERS", broker.bootstrapServers()), "", ""))) {
            return new EventsTable(gateways, broker).run();
        }
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
            gateways.awaitEventsLeft();
            long droppedWithin = dropped();
            broker.kill();
            phase(traffic, "broker killed, too many events", BEYOND, FLOOD);
            broker.start();
            gateways.awaitEventsLeft();
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
