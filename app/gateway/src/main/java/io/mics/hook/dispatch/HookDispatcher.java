package io.mics.hook.dispatch;

import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.event.Event;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.hook.registry.BoundHook;
import io.mics.hook.registry.HookExecution;
import io.mics.hook.registry.HookRegistry;
import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Notifies hooks of events: each hook of a tenant through a work queue of its own. A call that failed waits in the
 * retry queue for its next attempt and becomes a dead letter after the last one; a call that could not be made at all
 * is deferred without counting as an attempt. Submitting never blocks.
 */
public final class HookDispatcher implements AutoCloseable {
    private static final Log LOG = Log.of(HookDispatcher.class);
    private static final int MOST_WAITING = 1_000;
    private static final long MOST_WAITING_BYTES = 2L << 20;
    private static final long MOST_BYTES_OF_ALL = HeapShare.atMost(64L << 20, 4);
    private static final int WIDEST = 256;
    private static final Duration LONGEST_WAIT = Duration.ofHours(24);
    private static final Duration LAST_CALLS = Duration.ofSeconds(2);
    private static final long ROOM_PAUSE_MILLIS = 20;

    private final HookRegistry hooks;
    private final UnaryOperator<String> businessTypes;
    private final RetryQueue retries;
    private final PostSendResultCache results;
    private final BackoffSchedule backoff;
    private final HookExecution.Sink record;
    private final DispatchMeters meters;
    private final SharedByteBudget room = SharedByteBudget.halfEach(MOST_BYTES_OF_ALL);
    private final Map<QueueKey, HookWorkQueue> queues = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record QueueKey(String tenant, HookPoint point, String hook) {}

    /**
     * A dispatcher to the hooks of a registry.
     *
     * @param businessTypes a tenant's {@code business-type} by its id; empty when it has none
     * @param retries       where tasks wait for their next attempt
     * @param results       remembers what post-send hooks answer
     * @param record        records every call
     */
    public HookDispatcher(
            HookRegistry hooks,
            UnaryOperator<String> businessTypes,
            RetryQueue retries,
            PostSendResultCache results,
            BackoffSchedule backoff,
            HookExecution.Sink record,
            DispatchMeters meters) {
        this.hooks = hooks;
        this.businessTypes = businessTypes;
        this.retries = retries;
        this.results = results;
        this.backoff = backoff;
        this.record = record;
        this.meters = meters;
    }

    /** Bytes that all tasks waiting or in flight may take, in this process. */
    public static long mostBytes() {
        return MOST_BYTES_OF_ALL;
    }

    /** Whether any tenant has a post-send hook: if not, messages are only counted. */
    boolean hasPostSend() {
        return hooks.has(HookPoint.POST_SEND);
    }

    /** Counts and records a message of which no hook is notified, because there is none. */
    void log(Event event) {
        if (event.data() instanceof MessageRequest message) {
            String messageType = HookEvents.messageType(message, event.messageType());
            log(event.tenant(), message.getMsgId(), messageType, event.traceId());
        }
    }

    private void log(String tenant, String messageId, String messageType, String traceId) {
        meters.logged(tenant, messageType);
        record.logged(tenant, messageId, messageType, traceId);
    }

    /** A task for each hook to be notified of an event. */
    public List<Task> tasks(HookEvent event, RawRecord raw) {
        if (event instanceof HookEvent.Sent && !hasPostSend()) {
            EventContext context = event.context();
            log(context.tenant(), event.messageId(), context.messageType(), context.traceId());
            return List.of();
        }
        return boundHooks(event).stream()
                .map(bound -> Task.first(event, bound.definition().name(), raw))
                .toList();
    }

    /** Whether a hook may not be notified twice, as it is configured now. */
    public boolean isOnce(Task task) {
        return boundHook(task)
                .map(bound -> bound.definition().guarantee() == Guarantee.AT_MOST_ONCE)
                .orElse(false);
    }

    private List<BoundHook> boundHooks(HookEvent event) {
        EventContext context = event.context();
        return hooks.boundHooks(event.point(), context.matchInput(businessTypes.apply(context.tenant()))).stream()
                .filter(bound -> bound.definition().notified())
                .toList();
    }

    private Optional<BoundHook> boundHook(Task task) {
        return boundHooks(task.event()).stream()
                .filter(bound -> bound.definition().name().equals(task.hook()))
                .findFirst();
    }

    /**
     * Takes a task.
     *
     * @param settled called once, on any thread, when the call succeeded or the task is safe elsewhere; never when the
     *                dispatcher is closed before that
     */
    public Submission submit(Task task, Runnable settled) {
        if (closed) {
            return Submission.NO_ROOM;
        }
        Optional<BoundHook> bound = boundHook(task);
        int limit = bound.map(known -> known.definition().policy().concurrencyLimit())
                .orElse(1);
        HookWorkQueue queue = queues.computeIfAbsent(
                new QueueKey(task.event().context().tenant(), task.event().point(), task.hook()), this::newQueue);
        if (queue.enqueue(new HookWorkQueue.Job(task, settled), limit == 0 ? WIDEST : Math.min(limit, WIDEST))) {
            return Submission.ACCEPTED;
        }
        if (closed || bound.isEmpty()) { // closed since
            return Submission.NO_ROOM;
        }
        Task later = task.deferred(System.currentTimeMillis());
        return retries.schedule(later, due(bound.get(), later), "too many calls wait already", settled);
    }

    private HookWorkQueue newQueue(QueueKey key) {
        return new HookWorkQueue(
                "hook-" + key.tenant() + "-" + key.hook(),
                MOST_WAITING,
                MOST_WAITING_BYTES,
                room,
                key.tenant(),
                this::call);
    }

    private void call(HookWorkQueue.Job job) {
        try {
            Optional<BoundHook> bound = boundHook(job.task());
            if (bound.isEmpty()) {
                dead(job, false, "the hook is not configured any more");
            } else {
                call(job, bound.get());
            }
        } catch (InterruptedException e) {
            LOG.debug("hook_call_ended", "hook", job.task().hook());
            lost(job.task().event().context().tenant(), job.task().event().point(), 1);
        }
    }

    private void call(HookWorkQueue.Job job, BoundHook bound) throws InterruptedException {
        Task task = job.task();
        long start = System.nanoTime();
        HookResponse<Map<String, String>> response = notifyHook(task, bound);
        record.executed(HookContexts.execution(task.event(), bound.definition(), response, "ok", start));
        switch (response) {
            case HookResponse.Answered<Map<String, String>> answered -> {
                meters.called(task, true, start);
                if (!results.put(task.event(), task.hook(), answered.answer())) {
                    warn("hook_answer_refused", task, "bytes > " + PostSendResultLimit.MAX_BYTES);
                }
                job.settled().run();
            }
            case HookResponse.Failed<Map<String, String>> failed -> {
                if (failed.kind().isAttempt()) {
                    meters.called(task, false, start);
                }
                failed(job, bound, failed);
            }
        }
    }

    private HookResponse<Map<String, String>> notifyHook(Task task, BoundHook bound) throws InterruptedException {
        HookDefinition hook = bound.definition();
        return switch (task.event()) {
            case HookEvent.Sent sent ->
                bound.call(HookContexts.of(task, hook, businessType(task)), new PostSendRequest(sent.toRecord()));
            case HookEvent.Delivered delivered ->
                plain(bound.call(
                        HookContexts.of(task, hook, businessType(task)), new DeliveryRequest(delivered.delivery())));
            case HookEvent.Recalled recalled -> {
                Map<String, String> metadata = new HashMap<>(recalled.recall().metadata());
                metadata.putAll(results.get(recalled, task.hook()));
                RecallEvent recall = new RecallEvent(
                        recalled.recall().messageId(),
                        recalled.recall().operatorId(),
                        recalled.recall().recalledAt(),
                        metadata);
                yield plain(
                        bound.call(HookContexts.of(task, hook, businessType(task)), new RecallRequest.Notify(recall)));
            }
        };
    }

    private String businessType(Task task) {
        return businessTypes.apply(task.event().context().tenant());
    }

    private static HookResponse<Map<String, String>> plain(HookResponse<?> response) {
        return switch (response) {
            case HookResponse.Answered<?> answered -> new HookResponse.Answered<>(Map.of());
            case HookResponse.Failed<?> failed -> new HookResponse.Failed<>(failed.kind(), failed.cause());
        };
    }

    private void failed(HookWorkQueue.Job job, BoundHook bound, HookResponse.Failed<?> failed)
            throws InterruptedException {
        Task task = job.task();
        HookDefinition hook = bound.definition();
        boolean once = hook.guarantee() == Guarantee.AT_MOST_ONCE;
        String cause = failed.kind().label() + ": " + failed.cause();
        long now = System.currentTimeMillis();
        boolean called = failed.kind().isAttempt();
        boolean waitedLong = task.sinceMs() > 0 && now - task.sinceMs() > LONGEST_WAIT.toMillis();
        if (hook.mode() == Mode.SHADOW) {
            job.settled().run();
        } else if (called ? once || task.attempt() >= hook.retry().attempts() : waitedLong) {
            dead(job, once, cause);
        } else {
            Task next = called ? task.failed(now) : task.deferred(now);
            Instant due = due(bound, next);
            while (retries.schedule(next, due, cause, job.settled()) == Submission.NO_ROOM) {
                TimeUnit.MILLISECONDS.sleep(ROOM_PAUSE_MILLIS);
            }
        }
    }

    /** When a task that failed, or was deferred, is next to be tried. */
    private Instant due(BoundHook bound, Task next) {
        return backoff.due(bound.definition().retry(), Math.max(1, next.attempt() - 1 + next.waits()));
    }

    private void dead(HookWorkQueue.Job job, boolean once, String cause) throws InterruptedException {
        while (retries.deadLetter(job.task(), once, cause, job.settled()) == Submission.NO_ROOM) {
            TimeUnit.MILLISECONDS.sleep(ROOM_PAUSE_MILLIS);
        }
        meters.dead(job.task());
        warn("hook_call_dead_lettered", job.task(), cause);
    }

    private static void warn(String event, Task task, String cause) {
        EventContext context = task.event().context();
        LOG.warn(
                event,
                "tenant",
                context.tenant(),
                "hook",
                task.hook(),
                "point",
                task.event().point().label(),
                "msgId",
                task.event().messageId(),
                "traceId",
                context.traceId(),
                "attempt",
                task.attempt(),
                "cause",
                cause);
    }

    /** Tasks waiting and in flight. */
    public int size() {
        return queues.values().stream().mapToInt(HookWorkQueue::size).sum();
    }

    /** Forgets a tenant once it has no sessions: what waits is still delivered. */
    public void forget(String tenant) {
        queues.entrySet()
                .removeIf(queue -> queue.getKey().tenant().equals(tenant)
                        && queue.getValue().size() == 0);
        results.forget(tenant);
    }

    /** Takes nothing more and gives calls in flight two seconds to end; what was not begun is not settled. */
    @Override
    public void close() {
        closed = true;
        queues.values().forEach(HookWorkQueue::refuse);
        long deadline = System.nanoTime() + LAST_CALLS.toNanos();
        try {
            for (Map.Entry<QueueKey, HookWorkQueue> queue : queues.entrySet()) {
                lost(
                        queue.getKey().tenant(),
                        queue.getKey().point(),
                        queue.getValue().close(deadline));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts what is lost with this process, unless a log still has it. */
    private void lost(String tenant, HookPoint point, int count) {
        if (retries.isVolatile()) {
            meters.dropped(tenant, point, Drop.SHUTDOWN, count);
        }
    }
}
