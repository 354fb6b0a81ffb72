package io.mics.routing.link;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.mics.observe.Log;
import io.mics.routing.link.NodeLinks.PeerWatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the stream to one peer open: opens it, reconnects with exponential backoff, sends and counts heartbeats. One
 * virtual thread.
 */
final class LinkReconnector implements Runnable {
    private static final Log LOG = Log.of(LinkReconnector.class);
    private static final long FIRST_BACKOFF = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_BACKOFF = TimeUnit.SECONDS.toNanos(2);
    private static final long LOG_INTERVAL = TimeUnit.MINUTES.toNanos(1);

    private final Peer peer;
    private final OutboundLink link;
    private final LinkChannels channels;
    private final LinkSettings settings;
    private final Supplier<Peer> self;
    private final PeerWatch watch;
    private volatile boolean stopped;
    private long backoff = FIRST_BACKOFF;
    private long nextLog = System.nanoTime();
    private String lastEvent = "";

    LinkReconnector(
            Peer peer,
            OutboundLink link,
            LinkChannels channels,
            LinkSettings settings,
            Supplier<Peer> self,
            PeerWatch watch) {
        this.peer = peer;
        this.link = link;
        this.channels = channels;
        this.settings = settings;
        this.self = self;
        this.watch = watch;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                link.opening();
                if (!serveOrLog()) {
                    TimeUnit.NANOSECONDS.sleep(
                            backoff + ThreadLocalRandom.current().nextLong(backoff));
                    backoff = Math.min(2 * backoff, LONGEST_BACKOFF);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            link.down("link closed");
        }
    }

    /** Ends it and its stream; {@code thread} is the one it runs on. */
    void stop(Thread thread) {
        stopped = true;
        thread.interrupt();
    }

    /** A defect, also of whoever is notified of gone peers, must not end the link for good. */
    private boolean serveOrLog() throws InterruptedException {
        try {
            return serve();
        } catch (RuntimeException e) {
            LOG.error("outbound_link_failed", e, "peer", peer.node(), "epoch", peer.epoch());
            link.down("no link: " + e);
            return false;
        }
    }

    /** Opens a stream and keeps it until it ends; false: it did not last, and the next one is to wait. */
    private boolean serve() throws InterruptedException {
        long began = System.nanoTime();
        Optional<ManagedChannel> channel = channel();
        if (channel.isEmpty()) {
            return false;
        }
        LinkStream stream = new LinkStream(channel.get(), link);
        boolean opened = false;
        try {
            stream.open(self.get(), peer.epoch(), settings.token());
            Optional<Peer> answering = stream.awaitHello(settings.silence().toNanos());
            if (answering.isPresent() && isPeer(answering.get())) {
                LOG.info("link_opened", "peer", peer.node(), "epoch", peer.epoch());
                opened = true;
                link.up(stream);
                beatUntilEnd(stream);
            } else if (answering.isPresent()) {
                stream.end(Status.FAILED_PRECONDITION.withDescription(
                        "answered by " + answering.get().node() + " of epoch "
                                + answering.get().epoch()));
                watch.gone(peer);
            } else if (stream.end().refused()) {
                watch.gone(peer);
            }
        } finally {
            ended(stream, opened);
        }
        boolean lasted =
                opened && System.nanoTime() - began > settings.heartbeat().toNanos();
        backoff = lasted ? FIRST_BACKOFF : backoff;
        return lasted;
    }

    private Optional<ManagedChannel> channel() {
        try {
            return Optional.of(channels.to(peer.endpoint()));
        } catch (RuntimeException e) {
            link.down("no link: " + e);
            log("link_not_opened", e.toString());
            return Optional.empty();
        }
    }

    /** Calls wait for the next stream where this one had been open, and fail where it could not be opened. */
    private void ended(LinkStream stream, boolean opened) {
        String cause = stream.end().cause();
        link.lost(stream, cause);
        if (!opened) {
            link.down("no link: " + cause);
        }
        log(opened ? "link_ended" : "link_not_opened", cause);
        stream.close();
    }

    private void beatUntilEnd(LinkStream stream) throws InterruptedException {
        Duration silence = settings.silence();
        while (!stream.awaitEnd(settings.heartbeat().toNanos())) {
            if (stream.silentNanos() > silence.toNanos()) {
                stream.end(Status.UNAVAILABLE.withDescription("silent for " + silence.toMillis() + " ms"));
            } else {
                link.beat();
            }
        }
    }

    private boolean isPeer(Peer answering) {
        return answering.epoch() == peer.epoch() && answering.node().equals(peer.node());
    }

    private void log(String event, String cause) {
        long now = System.nanoTime();
        if (now - nextLog >= 0 || !event.equals(lastEvent)) {
            lastEvent = event;
            nextLog = now + LOG_INTERVAL;
            LOG.warn(event, "peer", peer.node(), "epoch", peer.epoch(), "endpoint", peer.endpoint(), "cause", cause);
        }
    }
}
