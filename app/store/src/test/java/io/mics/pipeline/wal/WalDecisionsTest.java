package io.mics.pipeline.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.observe.Metrics;
import io.mics.pipeline.Sample;
import io.mics.pipeline.log.BatchAppender.Fate;
import io.mics.pipeline.log.LogEntry;
import io.mics.pipeline.log.RecordAppender;
import io.mics.tenant.DurableSettings.Wal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where a message is appended, and what is said of it, as Kafka and Redis answer. */
class WalDecisionsTest {
    private static final String TENANT = "t1";
    private static final WriteAheadLog.Sizes EMPTY = new WriteAheadLog.Sizes.Known(List.of(0L, 0L, 0L, 0L));
    private static final WriteAheadLog.Sizes AWAY = new WriteAheadLog.Sizes.Unavailable("away");
    private static final int KAFKA_TAKES = 100_000;

    private Wal setting = Wal.FALLBACK;
    private WriteAheadLog.Sizes sizes = EMPTY;
    private WriteAheadLog.Written written = new WriteAheadLog.Written.Done();
    private Fate ofKafka = new Fate.Undecided("no broker answers");
    private Runnable whileAsked = () -> {};

    private final WalTenants tenants = new WalTenants(new FakeLog(), tenant -> setting);
    private final FakeKafka kafka = new FakeKafka();
    private final WalMeters meters = new WalMeters(new Metrics(), tenants);
    private final WalAppender appender = new WalAppender(
            kafka,
            new FakeLog(),
            tenants,
            new WalDrain(kafka, new FakeLog(), tenants, List::of, meters),
            meters,
            KAFKA_TAKES);

    private final class FakeLog implements WriteAheadLog {
        @Override
        public Optional<String> unsafe() {
            return Optional.empty();
        }

        @Override
        public Sizes sizes(String tenant) {
            Sizes answer = sizes;
            whileAsked.run();
            return answer;
        }

        @Override
        public Written append(String tenant, int shard, List<LogEntry> records) {
            return written;
        }

        @Override
        public Oldest oldest(String tenant, int shard, String drainer) {
            return new Oldest.Unavailable("away");
        }

        @Override
        public Optional<Long> remove(String tenant, int shard, List<String> ids) {
            return Optional.empty();
        }

        @Override
        public boolean refuse(String tenant, int shard, String id) {
            return false;
        }
    }

    private final class FakeKafka implements RecordAppender {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public Optional<String> awaitReady(String tenant) {
            return Optional.of("not now");
        }

        @Override
        public List<Fate> appendRecords(String tenant, List<LogEntry> batch) {
            return batch.stream().map(entry -> ofKafka).toList();
        }

        @Override
        public List<Fate> appendRecords(String tenant, List<LogEntry> batch, Duration most) {
            return appendRecords(tenant, batch);
        }
    }

    private Fate append() throws InterruptedException {
        return appender.append(TENANT, List.of(Sample.message(TENANT, "g", "1")))
                .getFirst();
    }

    @Test
    void whatKafkaMayHaveIsNeverSaidToBeInNoLogThoughThereIsNoRoomForIt() throws InterruptedException {
        written = new WriteAheadLog.Written.Full();
        assertThat(append()).isInstanceOf(Fate.Undecided.class);
        ofKafka = new Fate.NotAppended("no broker answers");
        assertThat(append()).isInstanceOf(Fate.NotAppended.class);
    }

    @Test
    void anAnswerFromBeforeAWriteDoesNotMakeTheLogEmpty() {
        assertThat(tenants.look(TENANT)).isEqualTo(EMPTY);
        whileAsked = () -> tenants.written(TENANT, 2, 1);
        assertThat(tenants.look(TENANT)).isEqualTo(EMPTY);
        whileAsked = () -> {};
        sizes = AWAY;
        assertThat(tenants.known(TENANT)).isEqualTo(1);
        assertThat(tenants.look(TENANT)).isEqualTo(AWAY);
    }

    @Test
    void nothingIsAppendedPastALogThatIsAlwaysWrittenWhileNobodySaysWhatIsInIt() throws InterruptedException {
        ofKafka = new Fate.TooLarge("asked");
        setting = Wal.ALWAYS;
        assertThat(tenants.look(TENANT)).isEqualTo(EMPTY);
        sizes = AWAY;
        assertThat(append()).isInstanceOf(Fate.NotAppended.class);
        setting = Wal.FALLBACK;
        assertThat(append()).isEqualTo(ofKafka);
    }

    @Test
    void whatKafkaNeverTakesIsRefusedBeforeItIsAcknowledged() throws InterruptedException {
        setting = Wal.ALWAYS;
        ByteString body = ByteString.copyFrom(new byte[KAFKA_TAKES - (4 << 10)]);
        assertThat(appender.append(TENANT, List.of(Sample.message(TENANT, "g", "1", body)))
                        .getFirst())
                .isInstanceOf(Fate.TooLarge.class);
        ByteString smaller = ByteString.copyFrom(new byte[KAFKA_TAKES - (8 << 10)]);
        assertThat(appender.append(TENANT, List.of(Sample.message(TENANT, "g", "1", smaller)))
                        .getFirst())
                .isInstanceOf(Fate.Done.class);
    }

    @Test
    void aTenantThatTurnedItOffIsLookedAtAgain() {
        setting = Wal.OFF;
        assertThat(tenants.look(TENANT)).isEqualTo(EMPTY);
        assertThat(tenants.isWithout(TENANT)).isTrue();
        sizes = new WriteAheadLog.Sizes.Known(List.of(0L, 3L, 0L, 0L));
        assertThat(tenants.look(TENANT)).isEqualTo(sizes);
        assertThat(tenants.isWithout(TENANT)).isFalse();
    }
}
