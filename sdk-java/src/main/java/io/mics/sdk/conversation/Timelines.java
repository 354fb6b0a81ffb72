package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.Edited;
import io.mics.proto.message.v1.Recalled;
import io.mics.proto.message.v1.SyncResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of all conversations: puts them in order, stores them, shows each once, and says which conversation
 * lacks some. On the callback thread only.
 */
final class Timelines {
    private static final Logger LOG = System.getLogger(Timelines.class.getName());

    /** Of those that lack nothing, so many are remembered; of others the store knows enough. */
    static final int MAX_IDLE = 10_000;

    /** Where too few are idle, so many more are made before idle ones are looked for again. */
    private static final int LOOK_EVERY = 1_000;

    private final MessageStore store;
    private final ConversationListener listener;
    private final ConversationLink link;
    private final int newest;
    private final Map<String, Timeline> timelines = new LinkedHashMap<>(16, 0.75f, true);

    /** Beyond so many, idle ones are looked for. */
    private int most = MAX_IDLE;

    /**
     * Messages for a listener.
     *
     * @param newest of a conversation the store knows nothing of, so many messages are shown
     */
    Timelines(MessageStore store, ConversationListener listener, ConversationLink link, int newest) {
        this.store = store;
        this.listener = listener;
        this.link = link;
        this.newest = newest;
    }

    /** One that is known, or begins with its first message. */
    Timeline of(String conversation) {
        return of(conversation, 0);
    }

    /** One that is known, or begins before the newest messages up to {@code latest}, as many as are to be shown. */
    Timeline of(String conversation, long latest) {
        Timeline known = timelines.get(conversation);
        if (known != null) {
            return known;
        }
        long complete = store.completeTo(conversation);
        Timeline made = new Timeline(complete == MessageStore.UNKNOWN ? Math.max(0, latest - newest) : complete);
        removeIdle();
        timelines.put(conversation, made);
        return made;
    }

    /** Makes room for one more. */
    private void removeIdle() {
        if (timelines.size() < most) {
            return;
        }
        Iterator<Timeline> eldestFirst = timelines.values().iterator();
        while (timelines.size() >= MAX_IDLE && eldestFirst.hasNext()) {
            if (eldestFirst.next().idle()) {
                eldestFirst.remove();
            }
        }
        most = timelines.size() < MAX_IDLE ? MAX_IDLE : timelines.size() + LOOK_EVERY;
    }

    /** How many are remembered. */
    int size() {
        return timelines.size();
    }

    /** What one lacks is not coming; of one that is not remembered, the store knows enough. */
    void giveUp(String conversation) {
        Timeline known = timelines.get(conversation);
        if (known != null) {
            known.giveUp();
        }
    }

    /** One of which something has been shown; null of any other. */
    private @Nullable Timeline known(String conversation) {
        return timelines.containsKey(conversation) || store.completeTo(conversation) != MessageStore.UNKNOWN
                ? of(conversation)
                : null;
    }

    /** A message came by itself. */
    void arrived(Message message) {
        Timeline timeline = of(message.conversation(), message.seq());
        show(message.conversation(), timeline.arrived(message));
    }

    /** There are messages up to this one. */
    void extendTo(String conversation, long seq) {
        of(conversation, seq).extendTo(seq);
    }

    /** The gateway answered what a conversation holds. */
    void page(String conversation, SyncResult page) {
        Timeline timeline = of(conversation, page.getLastSeq());
        long shown = timeline.shown();
        List<Message> messages = new ArrayList<>();
        page.getMessagesList().forEach(delivery -> messages.add(Message.of(delivery)));
        show(conversation, timeline.page(messages, page.getFirstSeq(), page.getLastSeq(), page.getHasMore()));
        store.completeTo(conversation, timeline.shown());
        messages.stream().filter(message -> message.seq() <= shown).forEach(this::compare);
    }

    /** A message was recalled. */
    void recalled(Recalled change) {
        String conversation = change.getConversationId();
        Timeline timeline = known(conversation);
        if (timeline == null
                || timeline.change(change.getSeq(), message -> message.recalled(change.getRecalledAtMs()))
                || change.getSeq() > timeline.shown()) {
            return;
        }
        Message stored = store.get(conversation, change.getSeq()).orElse(null);
        if (stored == null || !stored.isRecalled()) {
            if (stored != null) {
                store.put(stored.recalled(change.getRecalledAtMs()));
            }
            tell(() ->
                    listener.onRecalled(conversation, change.getSeq(), change.getMessageId(), change.getOperatorId()));
        }
    }

    /** A message has another body. */
    void edited(Edited change) {
        String conversation = change.getConversationId();
        Timeline timeline = known(conversation);
        if (timeline == null
                || timeline.change(
                        change.getSeq(),
                        message -> message.version() < change.getVersion()
                                ? message.edited(change.getBody(), change.getEditedAtMs(), change.getVersion())
                                : message)
                || change.getSeq() > timeline.shown()) {
            return;
        }
        Message stored = store.get(conversation, change.getSeq()).orElse(null);
        if (stored == null || stored.version() < change.getVersion()) {
            ByteString body = opened(change.getBody());
            if (stored != null) {
                store.put(stored.edited(body, change.getEditedAtMs(), change.getVersion()));
            }
            tell(() ->
                    listener.onEdited(conversation, change.getSeq(), change.getMessageId(), body, change.getVersion()));
        }
    }

    /** A message that was shown, as it stands now: it may have been recalled or edited meanwhile. */
    private void compare(Message now) {
        store.get(now.conversation(), now.seq()).ifPresent(stored -> {
            if (now.isRecalled() && !stored.isRecalled()) {
                store.put(now);
                tell(() -> listener.onRecalled(now.conversation(), now.seq(), now.messageId(), ""));
            } else if (!now.isRecalled() && now.version() > stored.version()) {
                Message opened = now.withBody(opened(now.body()));
                store.put(opened);
                tell(() -> listener.onEdited(
                        now.conversation(), now.seq(), now.messageId(), opened.body(), now.version()));
            }
        });
    }

    private void show(String conversation, List<Message> messages) {
        try {
            messages.forEach(this::show);
        } catch (RuntimeException e) {
            // the store knows up to where; the rest is fetched again
            timelines.remove(conversation);
            throw e;
        }
    }

    private void show(Message message) {
        ByteString body = message.isRecalled() ? ByteString.EMPTY : link.open(message.body());
        if (body == null) {
            store.put(message);
            tell(() -> listener.onUnreadable(message));
        } else {
            Message opened = message.withBody(body);
            store.put(opened);
            tell(() -> listener.onMessage(opened));
        }
        store.completeTo(message.conversation(), message.seq());
    }

    /** The body as it came, where the key does not open it. */
    private ByteString opened(ByteString body) {
        @Nullable ByteString opened = link.open(body);
        return opened == null ? body : opened;
    }

    /** Whatever the app's code throws, the messages behind are shown. */
    static void tell(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a client's conversation listener failed", e);
        }
    }
}
