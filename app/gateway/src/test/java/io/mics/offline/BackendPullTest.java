package io.mics.offline;

import static io.mics.testing.gateway.ScriptedPages.failure;
import static io.mics.testing.gateway.ScriptedPages.message;
import static io.mics.testing.gateway.ScriptedPages.messages;
import static io.mics.testing.gateway.ScriptedPages.page;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.testing.gateway.ScriptedPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BackendPullTest {
    private static final int MAX_BODY = 10;

    private final Metrics metrics = new Metrics();
    private final ScriptedPages backend = new ScriptedPages();
    private final BackendPull pull = new BackendPull(backend.hooks(metrics), MAX_BODY, metrics, "node-1");
    private final Device device = new Device();

    /** A device that takes so many messages. */
    private static final class Device implements BackendPull.Puller {
        final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
        final List<String> taken = new ArrayList<>();
        int room = Integer.MAX_VALUE;

        Device() {
            tenant.learn(ScriptedPages.PULLING, tenant.asking());
        }

        @Override
        public Tenant tenant() {
            return tenant;
        }

        @Override
        public String user() {
            return "u1";
        }

        @Override
        public String device() {
            return "d1";
        }

        @Override
        public String traceId() {
            return "trace";
        }

        @Override
        public boolean take(Delivery delivery) {
            return taken.size() < room && taken.add(delivery.message().getMsgId());
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    /** Pages of {@code size}, the cursor being the number of the next message. */
    private static GetOfflineMessagesResponse numbered(GetOfflineMessagesRequest request, int size, int all) {
        int from = request.getCursor().isEmpty() ? 0 : Integer.parseInt(request.getCursor());
        int to = Math.min(from + size, all);
        return page(Integer.toString(to), to < all, messages(from, to));
    }

    private long failed(String reason) {
        return metrics.counter(Metric.OFFLINE_DRAIN_FAILED, "t1", reason).value();
    }

    private long drained() {
        return metrics.counter(Metric.OFFLINE_DRAINED_FROM_HOOK, "t1", "node-1").value();
    }

    private long skipped(String field) {
        return metrics.counter(Metric.OFFLINE_PULL_SKIPPED, "t1", field).value();
    }

    @Test
    void followsThePagesInTheirOrder() throws InterruptedException {
        backend.answer(request -> numbered(request, 100, 250));
        assertThat(pull.pull(device)).isEmpty();
        assertThat(device.taken).isEqualTo(ids(0, 250));
        assertThat(backend.asked).extracting(r -> r.getCursor()).containsExactly("", "100", "200");
        assertThat(backend.asked).allSatisfy(request -> {
            assertThat(request.getUserId()).isEqualTo("u1");
            assertThat(request.getDeviceId()).isEqualTo("d1");
            assertThat(request.getMaxMessages()).isEqualTo(100);
        });
        assertThat(drained()).isEqualTo(250);
        assertThat(metrics.counter(Metric.HOOK_GET_OFFLINE_MESSAGES, "t1", "ok").value())
                .isEqualTo(3);
    }

    @Test
    void asksForAPageOnlyWhenTheOneBeforeIsTaken() throws InterruptedException {
        backend.answer(request -> {
            int before = request.getCursor().isEmpty() ? 0 : Integer.parseInt(request.getCursor());
            assertThat(device.taken).hasSize(before);
            return numbered(request, 3, 9);
        });
        pull.pull(device);
        assertThat(device.taken).hasSize(9);
    }

    @Test
    void stopsAfterTenPages() throws InterruptedException {
        backend.answer(request -> numbered(request, 100, 10_000));
        assertThat(pull.pull(device)).isEmpty();
        assertThat(device.taken).isEqualTo(ids(0, 1_000));
        assertThat(backend.asked).hasSize(10);
    }

    @Test
    void takesNoMoreThanAThousandFromABackendThatIgnoresTheSizeOfAPage() throws InterruptedException {
        backend.answer(request -> numbered(request, 600, 1_200));
        pull.pull(device);
        assertThat(device.taken).isEqualTo(ids(0, 1_000));
        assertThat(skipped("max_messages")).isEqualTo(200);
    }

    @Test
    void stopsWhenACursorComesAgain() throws InterruptedException {
        AtomicInteger call = new AtomicInteger();
        backend.answer(request -> {
            int n = call.getAndIncrement();
            return page(n == 0 ? "a" : n == 1 ? "b" : "a", true, messages(n, n + 1));
        });
        pull.pull(device);
        assertThat(device.taken).isEqualTo(ids(0, 3));
        assertThat(failed("cursor_repeated")).isEqualTo(1);
    }

    @Test
    void stopsWhenThereIsMoreButNoCursor() throws InterruptedException {
        backend.answer(request -> page("", true, messages(0, 1)));
        pull.pull(device);
        assertThat(device.taken).isEqualTo(ids(0, 1));
        assertThat(failed("cursor_repeated")).isEqualTo(1);
    }

    @Test
    void givesWhatCameBeforeAFailure() throws InterruptedException {
        backend.answer(request -> request.getCursor().isEmpty() ? numbered(request, 100, 200) : failure());
        assertThat(pull.pull(device)).isEmpty();
        assertThat(device.taken).isEqualTo(ids(0, 100));
        assertThat(failed("http_5xx")).isEqualTo(1);
        assertThat(metrics.counter(Metric.HOOK_GET_OFFLINE_MESSAGES, "t1", "http_5xx")
                        .value())
                .isEqualTo(1);
    }

    @Test
    void asksForLessWhenAnAnswerIsTooLarge() throws InterruptedException {
        backend.answer(
                request -> request.getMaxMessages() == 100 ? ScriptedPages.garbage() : numbered(request, 10, 25));
        assertThat(pull.pull(device)).isEmpty();
        assertThat(device.taken).isEqualTo(ids(0, 25));
        assertThat(failed("decode_error")).isZero();
    }

    @Test
    void givesUpOnABackendThatMakesNoSense() throws InterruptedException {
        backend.answer(request -> ScriptedPages.garbage());
        assertThat(pull.pull(device)).isEmpty();
        assertThat(backend.asked).hasSize(2);
        assertThat(failed("decode_error")).isEqualTo(1);
    }

    @Test
    void takesANoForEmpty() throws InterruptedException {
        backend.answer(request ->
                GetOfflineMessagesResponse.newBuilder().setReason("not now").build());
        assertThat(pull.pull(device)).isEmpty();
        assertThat(failed("deny")).isEqualTo(1);
    }

    @Test
    void returnsWhatTheDeviceDidNotTakeAndAsksNoMore() throws InterruptedException {
        device.room = 4;
        backend.answer(request -> numbered(request, 3, 9));
        assertThat(pull.pull(device))
                .extracting(delivery -> delivery.message().getMsgId())
                .isEqualTo(ids(4, 6));
        assertThat(backend.asked).hasSize(2);
        assertThat(drained()).isEqualTo(4);
    }

    @Test
    void skipsWhatNoDeviceMayGetAndNamesTheField() throws InterruptedException {
        MessageRequest fromMyOtherDevice =
                message("mine").setUserId("u1").setToUserId("friend").build();
        MessageRequest toMyGroup = message("group")
                .setMsgType(MessageType.GROUP_CHAT)
                .setToUserId("")
                .setGroupId("g1")
                .build();
        backend.answer(request -> page(
                "",
                false,
                message("0").build(),
                message("x").setTenantId("t2").build(),
                message("x").clearTenantId().build(),
                message("x").clearUserId().build(),
                message("").build(),
                message("x").setToUserId("somebody-else").build(),
                message("x").setMsgTypeValue(9).build(),
                message("x").setMsgType(MessageType.GROUP_CHAT).build(),
                message("x")
                        .setMsgBody(ByteString.copyFrom(new byte[MAX_BODY + 1]))
                        .build(),
                message("1").setMsgBody(ByteString.copyFrom(new byte[MAX_BODY])).build(),
                fromMyOtherDevice,
                toMyGroup));
        pull.pull(device);
        assertThat(device.taken).containsExactly("0", "1", "mine", "group");
        assertThat(skipped("tenant_id")).isEqualTo(2);
        for (String field : List.of("user_id", "msg_id", "to_user_id", "msg_type", "group_id", "msg_body")) {
            assertThat(skipped(field)).as(field).isEqualTo(1);
        }
        assertThat(drained()).isEqualTo(4);
    }
}
