package io.mics.sdk.hook.example;

import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.event.Event;
import io.mics.sdk.hook.example.StoredRecord.Known;
import io.mics.sdk.hook.example.StoredRecord.Missed;
import io.mics.sdk.hook.example.StoredRecord.Recipient;
import io.mics.sdk.hook.example.StoredRecord.Taken;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What users missed, in a file, handed out in pages. In order of arrival per recipient; an event stored before, by its
 * identity, is not stored again. Safe for any number of threads.
 *
 * <p>The rule: a message leaves the store when a call shows, by its cursor, that the page with it has arrived.
 * Therefore every page that holds messages says {@code has_more}, and an empty one ends the pull and confirms the last.
 * A pull that breaks off, or that the caller ends after so many pages, hands its last page out again next time. So
 * nothing is lost, and some may be seen twice, with the same {@code msg_id}.
 */
final class MissedMessages implements AutoCloseable {
    /** How many identities of events are kept, the newest. */
    static final int IDENTITIES = 100_000;

    private static final Logger LOG = System.getLogger(MissedMessages.class.getName());
    private static final long COMPACT_FROM_BYTES = 1 << 20;
    private static final int MAX_PAGE_MESSAGES = 1_000;
    private static final int MAX_PAGE_BYTES = 1 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final FileChannel owner;
    private final RecordLog log;
    private final long compactFromBytes;
    /** Positions in the file by sequence number. */
    private final Map<Recipient, NavigableMap<Long, Long>> waiting = new HashMap<>();

    private final Set<String> identities = new LinkedHashSet<>();
    private long lastSequence;
    private long compactAt;

    /**
     * Opens what is in the folder, which is created if need be.
     *
     * @throws IOException also when another process uses it, or the file is damaged
     */
    MissedMessages(Path folder) throws IOException {
        this(folder, COMPACT_FROM_BYTES);
    }

    MissedMessages(Path folder, long compactFromBytes) throws IOException {
        this.compactFromBytes = compactFromBytes;
        Files.createDirectories(folder);
        owner = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            own(folder);
            log = new RecordLog(folder.resolve("offline.log"), this::replay);
        } catch (IOException | RuntimeException e) {
            owner.close();
            throw e;
        }
        compactAt = log.size() * 2 + compactFromBytes;
    }

    /** Stores the message; it is on disk when this returns. False when its event had been stored before. */
    boolean store(Event.OfflineMessage event) throws IOException {
        String identity = event.envelope().identity();
        lock.lock();
        try {
            if (identities.contains(identity)) {
                return false;
            }
            Missed missed = new Missed(
                    lastSequence + 1,
                    new Recipient(event.envelope().tenantId(), event.toUserId()),
                    identity,
                    event.message().toByteArray());
            apply(log.append(StoredRecord.encode(missed)), missed);
            compactIfLarge();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The page after the cursor, which confirms everything up to it. */
    GetOfflineMessagesResponse page(GetOfflineMessagesRequest request) throws IOException {
        Recipient recipient = new Recipient(request.getMeta().getTenantId(), request.getUserId());
        lock.lock();
        try {
            long cursor = cursor(request.getCursor());
            if (cursor < 0) {
                return GetOfflineMessagesResponse.newBuilder()
                        .setReason("bad cursor")
                        .build();
            }
            confirm(new Taken(cursor, recipient));
            return page(recipient, Math.max(1, Math.min(request.getMaxMessages(), MAX_PAGE_MESSAGES)));
        } finally {
            lock.unlock();
        }
    }

    /** How many messages wait for a user. */
    int count(String tenant, String user) {
        lock.lock();
        try {
            NavigableMap<Long, Long> some = waiting.get(new Recipient(tenant, user));
            return some == null ? 0 : some.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try (owner) {
            log.close();
        } finally {
            lock.unlock();
        }
    }

    private GetOfflineMessagesResponse page(Recipient recipient, int maxMessages) throws IOException {
        GetOfflineMessagesResponse.Builder page =
                GetOfflineMessagesResponse.newBuilder().setOk(true);
        long bytes = 0;
        for (var each : waiting.getOrDefault(recipient, new TreeMap<>()).entrySet()) {
            MessageRequest message = missedAt(each.getValue()).decoded();
            bytes += message.getSerializedSize();
            boolean full = page.getMessagesCount() == maxMessages || bytes > MAX_PAGE_BYTES;
            if (full && page.getMessagesCount() > 0) {
                break;
            }
            page.addMessages(message)
                    .setNextCursor(Long.toString(each.getKey()))
                    .setHasMore(true);
        }
        return page.build();
    }

    /** 0 for the first page, negative for one that no page had. */
    private long cursor(String given) {
        try {
            long cursor = given.isEmpty() ? 0 : Long.parseLong(given);
            return cursor <= lastSequence ? cursor : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void confirm(Taken taken) throws IOException {
        NavigableMap<Long, Long> messages = waiting.get(taken.recipient());
        if (messages != null && messages.firstKey() <= taken.sequence()) {
            apply(log.append(StoredRecord.encode(taken)), taken);
            compactIfLarge();
        }
    }

    private void replay(long position, byte[] payload) throws IOException {
        apply(position, StoredRecord.decode(payload));
    }

    private void apply(long position, StoredRecord stored) {
        if (stored instanceof Missed missed) {
            lastSequence = Math.max(lastSequence, missed.sequence());
            waiting.computeIfAbsent(missed.recipient(), anyone -> new TreeMap<>())
                    .put(missed.sequence(), position);
            remember(missed.identity());
        } else if (stored instanceof Taken taken) {
            waiting.computeIfPresent(taken.recipient(), (anyone, messages) -> {
                messages.headMap(taken.sequence(), true).clear();
                return messages.isEmpty() ? null : messages;
            });
        } else if (stored instanceof Known known) {
            lastSequence = Math.max(lastSequence, known.sequence());
            remember(known.identity());
        }
    }

    private void remember(String identity) {
        identities.add(identity);
        if (identities.size() > IDENTITIES) {
            Iterator<String> oldest = identities.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Writes the file anew, without what was taken, once it has doubled. A failure leaves everything as it was. */
    private void compactIfLarge() {
        if (log.size() < compactAt) {
            return;
        }
        try {
            compact();
            compactAt = log.size() * 2 + compactFromBytes;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot compact the offline messages, trying again later", e);
            compactAt = log.size() + compactFromBytes;
        }
    }

    private void compact() throws IOException {
        Iterator<String> known = List.copyOf(identities).iterator();
        List<Map.Entry<Long, Long>> messages = new ArrayList<>();
        waiting.values().forEach(each -> messages.addAll(each.entrySet()));
        messages.sort(Map.Entry.comparingByKey());
        Iterator<Map.Entry<Long, Long>> stored = messages.iterator();
        List<Long> positions = log.replaceAll(() -> {
            if (known.hasNext()) {
                return StoredRecord.encode(new Known(lastSequence, known.next()));
            }
            return stored.hasNext() ? log.read(stored.next().getValue()) : null;
        });
        for (int i = 0; i < messages.size(); i++) {
            messages.get(i).setValue(positions.get(identities.size() + i));
        }
    }

    private Missed missedAt(long position) throws IOException {
        if (StoredRecord.decode(log.read(position)) instanceof Missed missed) {
            return missed;
        }
        throw new IOException("no message at byte " + position);
    }

    private void own(Path folder) throws IOException {
        try {
            if (owner.tryLock() == null) {
                throw new IOException(folder + " is in use by another process");
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException(folder + " is in use in this process", e);
        }
    }
}
