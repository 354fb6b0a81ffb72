package io.mics.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.SharedByteBudget;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.point.HookResponse;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.Tenant;
import io.mics.testing.gateway.TestTenants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Member lists get memory or are refused, and what they had comes back. */
@Timeout(60)
class MemberListMemoryTest {
    private static final int BYTES_OF_1000 = 1_000 * 7 + 4 * (1_000 / 8 + 1);

    private final Metrics metrics = new Metrics();
    private final List<String> thousand =
            IntStream.range(1_000, 2_000).mapToObj(i -> "m" + i).toList();
    private final SharedByteBudget budget = new SharedByteBudget(() -> new SharedByteBudget.Bounds(45_000, 30_000));
    private final TenantBackend backend = new TenantBackend(
            metrics,
            (operation, url, request, deadline) -> {
                throw new AssertionError("asked " + url);
            },
            Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of("g", thousand))),
            budget,
            FairScheduler.forThisMachine());

    private static Tenant tenant(String id) {
        return TestTenants.tenant(id, BackendSettings.DEFAULTS.at(PlaygroundHooks.BASE_URL));
    }

    private MembersAnswer ask(Tenant tenant, MemberListLease lease) throws InterruptedException {
        return backend.groupMembers(tenant, "g", "", lease);
    }

    @Test
    @SuppressWarnings("try") // closed early: the memory comes back before the block ends
    void aTenantsListsBeyondItsShareAreRefusedAndAnothersAreNot() throws Exception {
        Tenant a = tenant("a");
        Tenant b = tenant("b");
        try (MemberListLease first = backend.leaseForMembers(a);
                MemberListLease second = backend.leaseForMembers(a);
                MemberListLease third = backend.leaseForMembers(a);
                MemberListLease others = backend.leaseForMembers(b)) {
            assertThat(ask(a, first)).isEqualTo(new MembersAnswer.Members(thousand));
            assertThat(first.bytes()).isEqualTo(BYTES_OF_1000);
            assertThat(ask(a, second)).isEqualTo(new MembersAnswer.Members(thousand));
            assertThat(ask(a, third)).isEqualTo(new MembersAnswer.NoRoom());
            assertThat(metrics.counter(Metric.HOOK_LIMITER_REJECTED, "a", "GetGroupMembers", "member_lists_bytes")
                            .value())
                    .isEqualTo(1);
            assertThat(ask(b, others)).isEqualTo(new MembersAnswer.Members(thousand));
            first.close();
            third.close();
            try (MemberListLease again = backend.leaseForMembers(a)) {
                assertThat(ask(a, again)).isEqualTo(new MembersAnswer.Members(thousand));
            }
        }
        assertThat(budget.held()).isZero();
    }

    @Test
    void aListLargerThanEverExpectedIsRefusedWithoutBeingMade() throws Exception {
        SharedByteBudget tight = new SharedByteBudget(() -> new SharedByteBudget.Bounds(0, BYTES_OF_1000 - 1));
        TenantBackend limited = new TenantBackend(
                metrics,
                (operation, url, request, deadline) -> {
                    throw new AssertionError("asked " + url);
                },
                Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of("g", thousand, "small", List.of("m")))),
                tight,
                FairScheduler.forThisMachine());
        Tenant a = tenant("a");
        for (int i = 0; i < 3; i++) {
            try (MemberListLease lease = limited.leaseForMembers(a)) {
                assertThat(limited.groupMembers(a, "g", "", lease)).isEqualTo(new MembersAnswer.NoRoom());
            }
        }
        assertThat(tight.held()).isZero();
        List<String> small = List.of();
        for (int i = 0; i < 3 && small.isEmpty(); i++) {
            try (MemberListLease lease = limited.leaseForMembers(a)) {
                if (limited.groupMembers(a, "small", "", lease) instanceof MembersAnswer.Members members) {
                    small = List.copyOf(members.userIds());
                }
            }
        }
        assertThat(small).containsExactly("m");
    }

    @Test
    @SuppressWarnings("try") // closed early: the memory comes back before the block ends
    void whatWasWaitedForTooLongIsExpectedToBeNoSmallerNextTime() throws Exception {
        Tenant a = tenant("a");
        try (MemberListLease lease = backend.leaseForMembers(a)) {
            assertThat(ask(a, lease)).isEqualTo(new MembersAnswer.Members(thousand));
        }
        MemberListMemory rooms = backend.memberLists();
        try (SharedByteBudget.Lease all = budget.lease("a");
                MemberListLease late = rooms.of("a")) {
            assertThat(all.resize(30_000, Deadline.NEVER)).isTrue();
            for (int i = 0; i < 5; i++) {
                assertThat(rooms.expect("a", late, Duration.ZERO)).isFalse();
            }
            all.close();
            assertThat(rooms.expect("a", late, Duration.ZERO)).isTrue();
            assertThat(late.bytes()).isEqualTo(BYTES_OF_1000 + 4 * 2_048);
        }
    }

    @Test
    void theBytesOfAListGoBackOnceWhenItsRoomIsClosedAndItIsEmptyThen() throws Exception {
        List<byte[]> back = new ArrayList<>();
        byte[] answer = GetGroupMembersResponse.newBuilder()
                .addAllUserIds(thousand)
                .build()
                .toByteArray();
        BackendTransport backend = new BackendTransport() {
            @Override
            public HookResponse<byte[]> call(
                    BackendOperation operation, String url, BackendRequest request, Deadline deadline) {
                return new HookResponse.Answered<>(answer);
            }

            @Override
            public void reuse(byte[] body) {
                back.add(body);
            }
        };
        TenantBackend remote = new TenantBackend(metrics, backend, Map.of(), budget, FairScheduler.forThisMachine());
        Tenant a = TestTenants.tenant("a", BackendSettings.DEFAULTS.at("http://backend"));
        MemberListLease lease = remote.leaseForMembers(a);
        MembersAnswer members = remote.groupMembers(a, "g", "", lease);
        assertThat(members).isEqualTo(new MembersAnswer.Members(thousand));
        lease.close();
        lease.close();
        assertThat(back).hasSize(1).first().isSameAs(answer);
        assertThat(members).isEqualTo(new MembersAnswer.Members(List.of()));
    }

    @Test
    void aLargeListIsReadAndMadeInTurnsAndLeavesNone() throws Exception {
        List<String> many = IntStream.range(0, 10_000).mapToObj(i -> "m" + i).toList();
        FairScheduler scheduler = new FairScheduler(1);
        TenantBackend large = new TenantBackend(
                metrics,
                (operation, url, request, deadline) -> {
                    throw new AssertionError("asked " + url);
                },
                Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of("g", many))),
                new SharedByteBudget(() -> new SharedByteBudget.Bounds(0, 0)),
                scheduler);
        Tenant a = tenant("a");
        AtomicReference<MembersAnswer> answer = new AtomicReference<>();
        scheduler.enter("b");
        try (MemberListLease lease = large.leaseForMembers(a)) {
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    answer.set(large.groupMembers(a, "g", "", lease));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            while (scheduler.waiting() == 0) {
                assertThat(asking.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            assertThat(answer.get()).isNull();
            scheduler.leave("b");
            asking.join();
            assertThat(answer.get()).isEqualTo(new MembersAnswer.Members(many));
        }
        assertThat(scheduler.busy()).isZero();
    }
}
