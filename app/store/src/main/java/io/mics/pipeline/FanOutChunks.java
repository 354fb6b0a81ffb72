package io.mics.pipeline;

import io.mics.conversation.distribution.FanOutTask;
import io.mics.conversation.distribution.LargeGroups;
import io.mics.conversation.distribution.LargeGroups.Step;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.Optional;

/** Serves one chunk of a task after another: five attempts each, then its members find the message by its number. */
final class FanOutChunks {
    private static final Log LOG = Log.of(FanOutChunks.class);
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 50;

    private final Server server;
    private final Metrics.PerTenant<Counter> served;
    private final Metrics.PerTenant<Counter> left;

    /** Serves a chunk: {@link LargeGroups#serve}. */
    interface Server {
        Step serve(FanOutTask task) throws InterruptedException;
    }

    FanOutChunks(Server server, Metrics metrics) {
        this.server = server;
        this.served = metrics.perTenant(tenant -> metrics.counter(Metric.FANOUT_CHUNKS, tenant, "served"));
        this.left = metrics.perTenant(tenant -> metrics.counter(Metric.FANOUT_CHUNKS, tenant, "left_to_sync"));
    }

    /** Serves the next chunk; what is left of the task, if anything is. Waits between attempts. */
    Optional<FanOutTask> serve(FanOutTask task) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Step step = attempt(task);
            if (!(step instanceof Step.Later later)) {
                served.of(task.tenant()).increment();
                return step instanceof Step.Next next ? Optional.of(next.rest()) : Optional.empty();
            }
            if (attempt == ATTEMPTS) {
                left.of(task.tenant()).increment();
                LOG.warn(
                        "group_left_to_sync",
                        "tenant",
                        task.tenant(),
                        "conversation",
                        task.group().id(),
                        "seq",
                        task.seq(),
                        "cause",
                        later.cause());
                return Optional.empty();
            }
            Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
        }
    }

    private Step attempt(FanOutTask task) throws InterruptedException {
        try {
            return server.serve(task);
        } catch (RuntimeException e) {
            LOG.error("group_chunk_failed", e, "tenant", task.tenant(), "traceId", task.traceId());
            return new Step.Later("" + e);
        }
    }
}
