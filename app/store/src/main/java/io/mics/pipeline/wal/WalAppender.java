package io.mics.pipeline.wal;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.pipeline.log.BatchAppender;
import io.mics.pipeline.log.LogEntry;
import io.mics.pipeline.log.RecordAppender;
import io.mics.tenant.DurableSettings.Wal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Appends to Kafka, or to the write-ahead log: always, where the tenant says so; else while Kafka takes nothing, and
 * from then on until what is in the log has been brought to Kafka. That is decided for a whole shard, and looked up
 * before each batch: whoever appends after a message was acknowledged finds it where it is. While nobody can say
 * whether a shard is empty that was not, nothing is appended to it.
 */
public final class WalAppender implements BatchAppender {
    private static final Fate ACCEPTED = new Fate.Done(new Outcome.Accepted());
    /** How long Kafka may take before the log is used: less than appends take by default until they are refused. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Of what is acknowledged before Kafka has it, Kafka must not say later that it never takes it. */
    private static final long LARGEST = 512 << 10;

    /** What a record has beside its key and value in Kafka, generously. */
    private static final int RECORD_OVERHEAD = 4 << 10;

    private static final Fate TOO_LARGE =
            new Fate.TooLarge("larger than 512 KiB, or than Kafka takes, with a write-ahead log");

    private final RecordAppender kafka;
    private final WriteAheadLog wal;
    private final WalTenants tenants;
    private final WalDrain drain;
    private final WalMeters meters;
    private final long largest;

    /** {@code maxRecordBytes} is what Kafka takes. */
    WalAppender(
            RecordAppender kafka,
            WriteAheadLog wal,
            WalTenants tenants,
            WalDrain drain,
            WalMeters meters,
            int maxRecordBytes) {
        this.largest = Math.min(LARGEST, maxRecordBytes - RECORD_OVERHEAD);
        this.kafka = kafka;
        this.wal = wal;
        this.tenants = tenants;
        this.drain = drain;
        this.meters = meters;
    }

    @Override
    public String describe(String tenant) {
        return switch (tenants.setting(tenant)) {
            case OFF -> kafka.describe(tenant);
            case FALLBACK -> kafka.describe(tenant) + ", or the write-ahead log while Kafka is away";
            case ALWAYS -> "the write-ahead log, and from there " + kafka.describe(tenant);
        };
    }

    @Override
    public Optional<String> awaitReady(String tenant) throws InterruptedException {
        if (tenants.isWithout(tenant)) {
            return kafka.awaitReady(tenant);
        }
        if (tenants.setting(tenant) == Wal.OFF) {
            return kafka.awaitReady(tenant);
        }
        return kafka.isAvailable()
                ? Optional.empty()
                : wal.unsafe().map(why -> "no broker answers, and the write-ahead log cannot be used: " + why);
    }

    @Override
    public List<Fate> append(String tenant, List<NewMessage> batch) throws InterruptedException {
        List<LogEntry> records = batch.stream().map(LogEntry::of).toList();
        if (tenants.isWithout(tenant)) {
            return kafka.appendRecords(tenant, records);
        }
        Batch shards = new Batch(records);
        shards.settleIf(record -> record.bytes() > largest, TOO_LARGE);
        boolean usable = wal.unsafe().isEmpty();
        switch (tenants.look(tenant)) {
            case WriteAheadLog.Sizes.Unavailable away ->
                shards.settleIf(
                        any -> true,
                        new Fate.NotAppended("the write-ahead log is not drained, and away: " + away.cause()));
            case WriteAheadLog.Sizes.Known known -> {
                Wal setting = tenants.setting(tenant);
                Set<Integer> through = new HashSet<>();
                for (int shard = 0; shard < WriteAheadLog.SHARDS; shard++) {
                    if (known.ofShards().get(shard) > 0 || (setting == Wal.ALWAYS && usable)) {
                        through.add(shard);
                    }
                }
                toKafka(tenant, shards, through, setting != Wal.OFF && usable);
                toWal(tenant, shards, through);
            }
        }
        return shards.fates();
    }

    /** What is of other shards goes to Kafka; a shard of which something failed there goes on in the log. */
    private void toKafka(String tenant, Batch batch, Set<Integer> through, boolean fallBack)
            throws InterruptedException {
        List<Integer> which = batch.unsettled(shard -> !through.contains(shard));
        if (which.isEmpty()) {
            return;
        }
        List<LogEntry> records = which.stream().map(batch::record).toList();
        List<Fate> fates =
                fallBack ? kafka.appendRecords(tenant, records, PATIENCE) : kafka.appendRecords(tenant, records);
        Set<String> overtaken = new HashSet<>();
        for (int i = which.size() - 1; i >= 0; i--) {
            Fate fate = fates.get(i);
            String conversation = batch.record(which.get(i)).conversation();
            boolean failed = fate instanceof Fate.NotAppended || fate instanceof Fate.Undecided;
            if (!failed) {
                overtaken.add(conversation);
            }
            if (failed && fallBack && !overtaken.contains(conversation)) {
                through.add(WriteAheadLog.shard(conversation));
                if (fate instanceof Fate.Undecided) {
                    batch.undecided(which.get(i));
                }
            } else {
                batch.settle(which.get(i), fate);
            }
        }
    }

    private void toWal(String tenant, Batch batch, Set<Integer> through) {
        for (int shard : through) {
            List<Integer> which = batch.unsettled(it -> it == shard);
            if (!which.isEmpty()) {
                // asked again: Kafka may have taken seconds
                Fate fate = wal.unsafe().isEmpty()
                        ? write(tenant, shard, which.stream().map(batch::record).toList())
                        : new Fate.NotAppended("the write-ahead log is not drained, and takes nothing now");
                which.forEach(at -> batch.settle(at, fate));
            }
        }
    }

    private Fate write(String tenant, int shard, List<LogEntry> records) {
        return switch (wal.append(tenant, shard, records)) {
            case WriteAheadLog.Written.Done done -> {
                meters.of(tenant).written.add(records.size());
                tenants.written(tenant, shard, records.size());
                drain.begin(tenant);
                yield ACCEPTED;
            }
            case WriteAheadLog.Written.Full full -> {
                meters.of(tenant).full.add(records.size());
                yield new Fate.NotAppended("the write-ahead log is full");
            }
            case WriteAheadLog.Written.Undecided undecided -> {
                tenants.written(tenant, shard, records.size());
                yield new Fate.Undecided(undecided.cause());
            }
        };
    }

    /** Records and what became of each. */
    private static final class Batch {
        private final List<LogEntry> records;
        private final Optional<Fate>[] fates;
        private final Set<Integer> undecided = new HashSet<>();

        @SuppressWarnings({"unchecked", "rawtypes"}) // arrays have no type arguments
        Batch(List<LogEntry> records) {
            this.records = records;
            fates = new Optional[records.size()];
            Arrays.fill(fates, Optional.empty());
        }

        LogEntry record(int at) {
            return records.get(at);
        }

        /** Those of these shards without a fate, in order. */
        List<Integer> unsettled(IntPredicate shards) {
            List<Integer> which = new ArrayList<>();
            for (int i = 0; i < records.size(); i++) {
                if (fates[i].isEmpty()
                        && shards.test(WriteAheadLog.shard(records.get(i).conversation()))) {
                    which.add(i);
                }
            }
            return which;
        }

        /** Kafka may have this one, whatever becomes of it now. */
        void undecided(int at) {
            undecided.add(at);
        }

        void settle(int at, Fate fate) {
            fates[at] = Optional.of(
                    fate instanceof Fate.NotAppended not && undecided.contains(at)
                            ? new Fate.Undecided(not.cause())
                            : fate);
        }

        void settleIf(Predicate<LogEntry> which, Fate fate) {
            for (int i = 0; i < records.size(); i++) {
                if (fates[i].isEmpty() && which.test(records.get(i))) {
                    settle(i, fate);
                }
            }
        }

        List<Fate> fates() {
            return Arrays.stream(fates).map(Optional::orElseThrow).toList();
        }
    }
}
