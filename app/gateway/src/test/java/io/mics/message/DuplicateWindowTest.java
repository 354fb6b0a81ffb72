package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.message.DuplicateWindow.Claim;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.SentMessage;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DuplicateWindowTest {
    private final AtomicLong now = new AtomicLong(1);
    private final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private final DuplicateWindow window = window(10_000);

    private DuplicateWindow window(int entries) {
        return new DuplicateWindow(
                entries,
                Duration.ofMinutes(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                new DeliveryIds(0),
                now::get);
    }

    private Sender sender(long connection) {
        return sender(connection, RecentSends.NONE);
    }

    private Sender sender(long connection, RecentSends recent) {
        return new Sender(
                tenant,
                "u1",
                "d1",
                connection,
                "trace",
                new PendingWrites(),
                NodeLoad.forThisMachine().handling("t1"),
                recent);
    }

    private static MessageRequest message(String id, String to, String body) {
        return MessageRequest.newBuilder()
                .setMsgId(id)
                .setToUserId(to)
                .setMsgBody(ByteString.copyFromUtf8(body))
                .build();
    }

    private void send(long connection, MessageRequest message, boolean sent) throws InterruptedException {
        Claim claim = window.claim(sender(connection), message);
        assertThat(claim).isInstanceOf(Claim.First.class);
        ((Claim.First) claim).attempt().finish(sent);
    }

    @Test
    void recognisesAResendOnTheSameConnection() throws InterruptedException {
        send(1, message("1", "u2", "hi"), true);
        assertThat(window.claim(sender(1), message("1", "u2", "hi"))).isInstanceOf(Claim.Duplicate.class);
        now.addAndGet(Duration.ofMinutes(10).toNanos() + 1);
        send(1, message("1", "u2", "hi"), true);
    }

    @Test
    void reallyRetriesAfterAFailure() throws InterruptedException {
        send(1, message("1", "u2", "hi"), false);
        send(1, message("1", "u2", "hi"), true);
    }

    @Test
    void takesTheKeyOverOnANewConnectionOnlyForTheSameMessage() throws InterruptedException {
        send(1, message("1", "u2", "hi"), true);
        assertThat(window.claim(sender(2), message("1", "u2", "hi"))).isInstanceOf(Claim.Duplicate.class);
        send(3, message("1", "u2", "other body"), true);
        send(4, message("1", "u3", "other body"), true);
    }

    @Test
    void givesANewConnectionItsOwnNumbersAfterAMinute() throws InterruptedException {
        send(1, message("1", "u2", "hi"), true);
        now.addAndGet(Duration.ofSeconds(60).toNanos() + 1);
        send(2, message("1", "u2", "hi"), true);
    }

    @Test
    void nothingIsBegunOnceAnotherNodeHasTakenOverWhatTheDeviceSent() throws InterruptedException {
        RecentSends recent = new RecentSends(now::get);
        recent.takeOver(1);
        assertThat(window.claim(sender(1, recent), message("1", "u2", "hi"))).isInstanceOf(Claim.Moved.class);
        assertThat(window.claim(sender(2, recent), message("1", "u2", "hi"))).isInstanceOf(Claim.First.class);
    }

    @Test
    void aResendThatWaitedForAFailureIsNotBegunWhereItsDeviceHasLeftMeanwhile() throws Exception {
        RecentSends recent = new RecentSends(now::get);
        Claim.First first = (Claim.First) window.claim(sender(1, recent), message("1", "u2", "hi"));
        CompletableFuture<Claim> resend = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                resend.complete(window.claim(sender(2, recent), message("1", "u2", "hi")));
            } catch (InterruptedException e) {
                resend.completeExceptionally(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(recent.takeOver(2))
                .extracting(SentMessage::getAttempt)
                .containsExactly(first.attempt().delivery());
        first.attempt().finish(false);
        assertThat(resend.get(10, TimeUnit.SECONDS)).isInstanceOf(Claim.Moved.class);
    }

    @Test
    void makesAResendThatOvertakesItsFirstAttemptWait() throws Exception {
        Claim.First first = (Claim.First) window.claim(sender(1), message("1", "u2", "hi"));
        CompletableFuture<Claim> resend = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                resend.complete(window.claim(sender(2), message("1", "u2", "hi")));
            } catch (InterruptedException e) {
                resend.completeExceptionally(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(resend).isNotDone();
        first.attempt().finish(true);
        assertThat(resend.get(10, TimeUnit.SECONDS)).isInstanceOf(Claim.Duplicate.class);
    }

    @Test
    void forgetsTheOldestFirstWhenFull() throws InterruptedException {
        DuplicateWindow small = window(16 * 64);
        for (int i = 0; i < 10_000; i++) {
            ((Claim.First) small.claim(sender(1), message("" + i, "u2", "hi")))
                    .attempt()
                    .finish(true);
        }
        assertThat(small.size()).isLessThanOrEqualTo(16 * 64);
        assertThat(small.claim(sender(1), message("9999", "u2", "hi"))).isInstanceOf(Claim.Duplicate.class);
        assertThat(small.claim(sender(1), message("0", "u2", "hi"))).isInstanceOf(Claim.First.class);
    }
}
