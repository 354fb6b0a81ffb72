package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.routing.directory.NodeRegistry.Joining;
import io.mics.routing.directory.NodeRegistry.Members;
import io.mics.routing.directory.NodeRegistry.Renewal;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every registry of nodes does. Each test begins with an empty one. */
public abstract class NodeRegistryContract {
    protected static final Duration LEASE = Duration.ofMillis(1_500);
    protected static final String HERE = "10.0.0.1:9090";
    protected static final String THERE = "10.0.0.2:9090";

    protected NodeRegistry onA;
    protected NodeRegistry onB;

    /** The registry, as one more node sees it. */
    protected abstract NodeRegistry registry();

    /** Forgets everything. */
    protected abstract void empty();

    /** Returns when this much time has passed for the registry. */
    protected abstract void pass(Duration time);

    @BeforeEach
    void nodes() {
        empty();
        onA = registry();
        onB = registry();
    }

    protected static Peer join(NodeRegistry registry, String node, String endpoint) {
        Joining joining = registry.join(node, endpoint, false);
        assertThat(joining).isInstanceOf(Joining.Joined.class);
        Peer self = ((Joining.Joined) joining).self();
        assertThat(self).isEqualTo(new Peer(node, self.epoch(), endpoint));
        assertThat(self.epoch()).isBetween(1L, (1L << 23) - 1);
        return self;
    }

    protected static Members renewed(Renewal renewal) {
        assertThat(renewal).isInstanceOf(Renewal.Renewed.class);
        return ((Renewal.Renewed) renewal).members();
    }

    @Test
    void everyStartHasALargerEpochAndAllSeeEachOther() {
        Peer b = join(onB, "b", THERE);
        Peer a = join(onA, "a", HERE);
        assertThat(a.epoch()).isGreaterThan(b.epoch());
        assertThat(renewed(onA.renew(a))).isEqualTo(new Members(List.of(a, b), List.of()));
        assertThat(renewed(onB.renew(b))).isEqualTo(new Members(List.of(a, b), List.of()));
    }

    @Test
    void aNodeThatDoesNotRenewIsDeadAfterItsLeaseUntilItIsSwept() {
        Peer a = join(onA, "a", HERE);
        Peer b = join(onB, "b", THERE);
        pass(LEASE.multipliedBy(6).dividedBy(10));
        assertThat(renewed(onA.renew(a)).live()).containsExactly(a, b);
        onA.swept(b);
        pass(LEASE.multipliedBy(6).dividedBy(10));
        assertThat(renewed(onA.renew(a))).isEqualTo(new Members(List.of(a), List.of(b)));
        assertThat(renewed(onA.renew(a)).dead()).containsExactly(b);
        onA.swept(b);
        assertThat(renewed(onA.renew(a))).isEqualTo(new Members(List.of(a), List.of()));
    }

    @Test
    void aNodeThatWasThoughtDeadComesBackUnderItsEpoch() {
        Peer a = join(onA, "a", HERE);
        Peer b = join(onB, "b", THERE);
        pass(LEASE.plusMillis(50));
        assertThat(renewed(onA.renew(a)).dead()).containsExactly(b);
        onA.swept(b);
        assertThat(renewed(onB.renew(b)).live()).containsExactly(a, b);
        assertThat(renewed(onA.renew(a))).isEqualTo(new Members(List.of(a, b), List.of()));
    }

    @Test
    void aRestartAtTheSamePlaceEndsTheEarlierStartAtOnce() {
        Peer first = join(onA, "a", HERE);
        Peer again = join(onA, "a", HERE);
        assertThat(again.epoch()).isGreaterThan(first.epoch());
        assertThat(renewed(onA.renew(again))).isEqualTo(new Members(List.of(again), List.of(first)));
        assertThat(onA.renew(first)).isEqualTo(new Renewal.Superseded(again));
        onB.swept(first);
        assertThat(renewed(onA.renew(again)).dead()).isEmpty();
        assertThat(onA.renew(first)).isEqualTo(new Renewal.Superseded(again));
    }

    @Test
    void anotherPlaceMayHaveTheNameOnlyOnceTheLeaseIsOver() {
        Peer first = join(onA, "a", HERE);
        assertThat(onB.join("a", THERE, false)).isEqualTo(new Joining.NameTaken(first));
        pass(LEASE.plusMillis(50));
        Peer second = join(onB, "a", THERE);
        assertThat(onA.renew(first)).isEqualTo(new Renewal.Superseded(second));
    }

    @Test
    void aNameCanBeTakenFromALiveNode() {
        Peer first = join(onA, "a", HERE);
        assertThat(onB.join("a", THERE, true)).isInstanceOfSatisfying(Joining.Joined.class, joined -> {
            assertThat(onA.renew(first)).isEqualTo(new Renewal.Superseded(joined.self()));
            assertThat(renewed(onB.renew(joined.self())).dead()).containsExactly(first);
        });
    }

    @Test
    void aNodeThatLeavesIsNeitherLiveNorDead() {
        Peer a = join(onA, "a", HERE);
        Peer b = join(onB, "b", THERE);
        onB.leave(b);
        assertThat(renewed(onA.renew(a))).isEqualTo(new Members(List.of(a), List.of()));
        assertThat(join(onB, "b", HERE).epoch()).isGreaterThan(b.epoch());
    }
}
