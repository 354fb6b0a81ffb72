package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metrics;
import io.mics.routing.link.Peer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose hello is taken, with leases that last and renewals far apart. */
class MembershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Membership.Timing SELDOM = new Membership.Timing(Duration.ofHours(1), Duration.ofMinutes(10));

    private final Registry registry = new Registry();

    /** A directory that can be away. */
    private static final class Registry implements NodeRegistry {
        private final NodeRegistry there = new MemoryNodeRegistry(System::nanoTime, SELDOM.lease());
        private volatile boolean away;

        @Override
        public Joining join(String node, String endpoint, boolean takeName) {
            return away ? new Joining.Unavailable() : there.join(node, endpoint, takeName);
        }

        @Override
        public Renewal renew(Peer self) {
            return away ? new Renewal.Unavailable() : there.renew(self);
        }

        @Override
        public void leave(Peer self) {
            there.leave(self);
        }

        @Override
        public void swept(Peer dead) {
            there.swept(dead);
        }
    }

    private Peer join(String node) {
        return ((NodeRegistry.Joining.Joined) registry.join(node, node + ":1", false)).self();
    }

    private Membership start(Peer self) {
        return new Membership(registry, new MemoryRoutes(System::nanoTime, PATIENCE), self, SELDOM, new Metrics())
                .start();
    }

    @Test
    void whoHasJustJoinedIsKnownBeforeTheNextRenewal() throws Exception {
        try (Membership members = start(join("a"))) {
            Peer joined = join("b");
            assertThat(members.live()).doesNotContain(joined);
            assertThat(members.isMember(joined, PATIENCE)).isTrue();
        }
    }

    @Test
    void aNameOrAStartThatNoMemberHasIsNone() throws Exception {
        try (Membership members = start(join("a"))) {
            Peer joined = join("b");
            assertThat(members.isMember(new Peer("c", joined.epoch(), joined.endpoint()), PATIENCE))
                    .isFalse();
            assertThat(members.isMember(new Peer("b", joined.epoch() + 1, joined.endpoint()), PATIENCE))
                    .isFalse();
            assertThat(members.isMember(joined, PATIENCE)).isTrue();
        }
    }

    @Test
    void anEarlierStartOfAMemberIsNoneAnyMore() throws Exception {
        Peer earlier = join("b");
        try (Membership members = start(join("a"))) {
            assertThat(members.isMember(earlier, PATIENCE)).isTrue();
            Peer later = join("b");
            assertThat(members.isMember(later, PATIENCE)).isTrue();
            assertThat(members.isMember(earlier, PATIENCE)).isFalse();
        }
    }

    @Test
    void whileTheDirectoryIsUnavailableTheMembersKnownLastCount() throws Exception {
        Peer known = join("b");
        try (Membership members = start(join("a"))) {
            Peer unseen = join("c");
            registry.away = true;
            assertThat(members.isMember(known, PATIENCE)).isTrue();
            assertThat(members.isMember(unseen, PATIENCE)).isFalse();
            registry.away = false;
            assertThat(members.isMember(unseen, PATIENCE)).isTrue();
        }
    }
}
