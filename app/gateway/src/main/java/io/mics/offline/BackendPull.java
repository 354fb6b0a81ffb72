package io.mics.offline;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.hook.CallResult;
import io.mics.hook.TenantBackend;
import io.mics.hook.point.HookResponse;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a tenant's backend holds for one device, asked for in pages and handed over in their order. At most
 * {@value #PAGES} pages, {@value #MOST} messages and half a minute of asking; the rest comes with the device's next
 * connection. A backend that fails, refuses or repeats a cursor ends the pull, which then counts as empty.
 *
 * <p>The next page is asked for only when the last message of the one before is on the device's queue, never ahead: a
 * backend may take the question for the receipt of what it answered before. When an answer cannot be read, it may be
 * too large: then pages become small.
 *
 * <p>What a dying session was given and did not write becomes an event again, even if another device is there: pulls
 * are per device. After the directory was away nobody pulls again, which would ask every backend for everybody at
 * once; redelivery and the next connection bring what was missed.
 */
public final class BackendPull {
    private static final Log LOG = Log.of(BackendPull.class);
    private static final int PAGES = 10;
    private static final int PAGE = 100;
    private static final int MOST = PAGES * PAGE;
    /** Of a page that was no answer at {@link #PAGE}: so many of the largest messages fit into one. */
    private static final int SMALL_PAGE = 10;

    private static final Duration WHOLE = Duration.ofSeconds(30);

    /** Why a pull failed, as a metric's label, besides the results of calls. */
    private static final String CURSOR_REPEATED = "cursor_repeated";

    private final TenantBackend backend;
    private final int maxBodyBytes;
    private final Metrics.PerTenant<Meters> meters;

    /** Pulls for the sessions of {@code node}; a message with a larger body is skipped, 0 is unlimited. */
    public BackendPull(TenantBackend backend, int maxBodyBytes, Metrics metrics, String node) {
        this.backend = backend;
        this.maxBodyBytes = maxBodyBytes;
        this.meters = metrics.perTenant(tenant -> new Meters(metrics, tenant, node));
    }

    /** Makes every series of a tenant's pulls exist, at 0. */
    public static void registerMetrics(Metrics metrics, String tenant, String node) {
        Meters unused = new Meters(metrics, tenant, node);
    }

    /** What is counted of one tenant's pulls. */
    private static final class Meters {
        final Counter drained;
        private final Map<String, Counter> failed = new HashMap<>();
        private final Map<String, Counter> skipped = new HashMap<>();

        Meters(Metrics metrics, String tenant, String node) {
            drained = metrics.counter(Metric.OFFLINE_DRAINED_FROM_HOOK, tenant, node);
            failed.put(CURSOR_REPEATED, metrics.counter(Metric.OFFLINE_DRAIN_FAILED, tenant, CURSOR_REPEATED));
            for (CallResult result : CallResult.values()) {
                if (result != CallResult.OK) {
                    failed.put(result.label(), metrics.counter(Metric.OFFLINE_DRAIN_FAILED, tenant, result.label()));
                }
            }
            for (String field : PulledMessageValidation.REASONS) {
                skipped.put(field, metrics.counter(Metric.OFFLINE_PULL_SKIPPED, tenant, field));
            }
        }

        Counter failed(String reason) {
            return Objects.requireNonNull(failed.get(reason));
        }

        Counter skipped(String field) {
            return Objects.requireNonNull(skipped.get(field));
        }
    }

    /** The device that pulls. */
    public interface Puller {
        Tenant tenant();

        String user();

        String device();

        String traceId();

        /** Queues a message, waiting for room; false when it will take no more. */
        boolean take(Delivery delivery);
    }

    /**
     * Pulls until there is no more, or a bound is reached. Blocks for the backend and for the device.
     *
     * @return what the backend gave and the device did not take, in order: it may not be given again
     */
    public List<Delivery> pull(Puller puller) throws InterruptedException {
        Pull pull = new Pull(puller);
        try (TaskScope scope = TaskScope.collecting("offline-pull", 1, Deadline.after(WHOLE))) {
            pull.run(scope);
        } finally {
            pull.count();
        }
        return pull.left;
    }

    private final class Pull {
        final Puller puller;
        final Map<String, Integer> skipped = new TreeMap<>();
        List<Delivery> left = List.of();
        int size = PAGE;
        int seen;
        int taken;

        Pull(Puller puller) {
            this.puller = puller;
        }

        void run(TaskScope scope) throws InterruptedException {
            Set<String> cursors = new HashSet<>();
            String cursor = "";
            boolean more = true;
            for (int page = 0; page < PAGES && more; page++) {
                cursors.add(cursor);
                switch (ask(scope, cursor)) {
                    case HookResponse.Failed<GetOfflineMessagesResponse> failed -> more = canAskForLess(failed);
                    case HookResponse.Answered<GetOfflineMessagesResponse> answered -> {
                        GetOfflineMessagesResponse answer = answered.answer();
                        cursor = answer.getNextCursor();
                        more = take(answer);
                        if (more && cursors.contains(cursor)) {
                            failed(CURSOR_REPEATED);
                            more = false;
                        }
                    }
                }
            }
        }

        /** Hands over what was answered; whether there is more to ask for. */
        private boolean take(GetOfflineMessagesResponse answer) {
            if (!answer.getOk()) {
                failed(CallResult.DENY.label());
                return false;
            }
            return hand(answer.getMessagesList()) && answer.getHasMore();
        }

        private boolean canAskForLess(HookResponse.Failed<GetOfflineMessagesResponse> failed) {
            if (failed.kind() == HookResponse.Kind.UNDECODABLE && size == PAGE) {
                size = SMALL_PAGE;
                return true;
            }
            failed(CallResult.of(failed.kind()).label());
            return false;
        }

        private HookResponse<GetOfflineMessagesResponse> ask(TaskScope scope, String cursor)
                throws InterruptedException {
            if (backend.isLocal(puller.tenant())) {
                return page(cursor);
            }
            Subtask<HookResponse<GetOfflineMessagesResponse>> asked = scope.fork(() -> page(cursor));
            scope.join();
            return switch (asked.state()) {
                case SUCCESS -> asked.get();
                case UNAVAILABLE -> new HookResponse.Failed<>(HookResponse.Kind.TIMEOUT, "the pull took too long");
                case FAILED -> throw new IllegalStateException("hook", asked.exception());
            };
        }

        private HookResponse<GetOfflineMessagesResponse> page(String cursor) throws InterruptedException {
            return backend.offlineMessages(
                    puller.tenant(), puller.user(), puller.device(), size, cursor, puller.traceId());
        }

        /** Hands a page over; false when the device takes no more. */
        private boolean hand(List<MessageRequest> page) {
            List<Delivery> fit = new ArrayList<>(page.size());
            for (MessageRequest message : page) {
                String wrong = seen++ < MOST
                        ? PulledMessageValidation.firstWrongField(
                                message, puller.tenant().id(), puller.tenant().ids(), puller.user(), maxBodyBytes)
                        : PulledMessageValidation.TOO_MANY;
                if (wrong.isEmpty()) {
                    fit.add(Delivery.pulled(message, puller.traceId()));
                } else {
                    skipped.merge(wrong, 1, Integer::sum);
                }
            }
            for (int i = 0; i < fit.size(); i++) {
                if (!puller.take(fit.get(i))) {
                    left = fit.subList(i, fit.size());
                    return false;
                }
                taken++;
            }
            return true;
        }

        private void failed(String reason) {
            meters.of(puller.tenant().id()).failed(reason).increment();
        }

        void count() {
            String tenant = puller.tenant().id();
            Meters counted = meters.of(tenant);
            counted.drained.add(taken);
            skipped.forEach((field, count) -> counted.skipped(field).add(count));
            if (!skipped.isEmpty()) {
                LOG.warn(
                        "pulled_messages_skipped",
                        "tenant",
                        tenant,
                        "user",
                        puller.user(),
                        "traceId",
                        puller.traceId(),
                        "fields",
                        skipped);
            }
        }
    }
}
