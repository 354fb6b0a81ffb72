package io.mics.event.kafka;

import io.mics.event.EventLog;
import io.mics.event.EventLogContract;
import io.mics.sdk.testing.KafkaBroker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class KafkaEventLogTest extends EventLogContract {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static KafkaBroker broker;
    private static TestLog usual;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.running();
        usual = TestLog.of(TestLog.settings(broker.bootstrapServers(), true, 3));
    }

    @AfterAll
    static void stop() {
        usual.close();
        broker.close();
    }

    @Override
    protected EventLog log() {
        return usual.log;
    }

    @Override
    protected List<String> usersSeen(String tenant, int count) {
        return Topic.read(broker.bootstrapServers(), topic(tenant), count).stream()
                .map(record -> record.key())
                .toList();
    }

    @Override
    protected String newTenant() {
        return "t" + TENANTS.incrementAndGet();
    }

    private static String topic(String tenant) {
        return "im-mics-" + tenant + "-event";
    }
}
