package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.routing.directory.Routes.Limit;
import io.mics.routing.directory.Routes.Limits;
import io.mics.routing.directory.Routes.Registration;
import io.mics.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every directory does. Each test has a tenant and nodes of its own. */
public abstract class RoutesContract extends RoutesOfTwoNodes {
    @Test
    void findsEveryDeviceOfAUserOnEveryNode() {
        Route phone = route(a, "u", "phone");
        Route desk = route(b, "u", "desk");
        registered(onA.register(phone, UNLIMITED, LONG));
        registered(onB.register(desk, UNLIMITED, LONG));
        assertThat(found(onB.find(tenant, "u"))).containsExactlyInAnyOrder(phone, desk);
        assertThat(found(onA.find(tenant, "nobody"))).isEmpty();
    }

    @Test
    void findsUsersAndDevicesOfAnyPrintableName() {
        List<String> ids = List.of("a b", "b{c}d", "}", "{", "%7D", "名前", "a=b+c", "x/../y");
        List<Route> routes = ids.stream().map(id -> route(a, id, id)).toList();
        routes.forEach(route -> registered(onA.register(route, UNLIMITED, LONG)));
        routes.forEach(
                route -> assertThat(found(onB.find(tenant, route.user()))).containsExactly(route));
        assertThat(onB.findAll(tenant, ids).orElseThrow()).containsOnlyKeys(ids);
    }

    @Test
    void findsManyUsersAtOnceAndLeavesOutThoseWithoutRoutes() {
        List<String> users = IntStream.range(0, 600).mapToObj(i -> "u" + i).toList();
        List<Route> routes = users.stream()
                .filter(user -> !user.endsWith("7"))
                .map(user -> route(a, user, "d"))
                .toList();
        routes.forEach(route -> registered(onA.register(route, UNLIMITED, LONG)));
        Map<String, List<Route>> all = onB.findAll(tenant, users).orElseThrow();
        assertThat(all.values())
                .containsExactlyInAnyOrderElementsOf(
                        routes.stream().map(List::of).toList());
        assertThat(onB.findAll(tenant, List.of())).contains(Map.of());
    }

    @Test
    void theNewConnectionOfADeviceTakesThePlaceOfTheOld() {
        Route old = route(a, "u", "d");
        Route now = route(b, "u", "d");
        registered(onA.register(old, UNLIMITED, LONG));
        assertThat(onB.register(now, UNLIMITED, LONG))
                .isEqualTo(new Registration.Registered(Optional.of(old), Optional.of(a)));
        assertThat(found(onA.find(tenant, "u"))).containsExactly(now);
    }

    @Test
    void registeringAConnectionTwiceReplacesNobody() {
        Route route = route(a, "u", "d");
        registered(onA.register(route, UNLIMITED, LONG));
        registered(onA.register(route, UNLIMITED, LONG));
        assertThat(found(onA.find(tenant, "u"))).containsExactly(route);
    }

    @Test
    void onlyTheConnectionItselfIsUnregistered() {
        Route old = route(a, "u", "d");
        Route now = route(a, "u", "d");
        registered(onA.register(old, UNLIMITED, LONG));
        onA.register(now, UNLIMITED, LONG);
        onA.unregister(old);
        assertThat(onB.unregister(new Route(tenant, "u", "d", b, now.connection(), now.acceptedNanos())))
                .as("the device is elsewhere")
                .isTrue();
        assertThat(found(onA.find(tenant, "u"))).containsExactly(now);
        assertThat(onA.unregister(now)).isFalse();
        assertThat(onA.unregister(now)).isFalse();
        assertThat(found(onA.find(tenant, "u"))).isEmpty();
    }

    @Test
    void theNodeADeviceLeftIsRememberedForAWhile() {
        Route left = route(a, "u", "d");
        onA.register(left, UNLIMITED, LONG);
        onA.unregister(left);
        Route back = route(b, "u", "d");
        assertThat(onB.register(back, UNLIMITED, LONG))
                .isEqualTo(new Registration.Registered(Optional.empty(), Optional.of(a)));
        onB.unregister(back);
        pass(REMEMBERED.plusMillis(100));
        registered(onA.register(route(a, "u", "d"), UNLIMITED, LONG));
    }

    @Test
    void aRouteThatIsNotRenewedExpires() {
        Route brief = route(a, "u", "brief");
        Route renewed = route(a, "u", "kept");
        onA.register(brief, new Limits(2, 0), SHORT);
        onA.register(renewed, new Limits(2, 0), SHORT);
        assertThat(onA.renew(List.of(renewed), LONG)).isEqualTo(new Routes.Renewal(List.of(), List.of()));
        pass(SHORT.plusMillis(50));
        assertThat(found(onB.find(tenant, "u"))).containsExactly(renewed);
        registered(onB.register(route(b, "u", "other"), new Limits(2, 0), LONG));
        assertThat(onB.register(route(b, "u", "brief"), UNLIMITED, LONG))
                .as("its connection may be there still")
                .isEqualTo(new Registration.Registered(Optional.of(brief), Optional.of(a)));
    }

    @Test
    void renewingPutsBackWhatWasLost() {
        Route route = route(a, "u", "d");
        onA.register(route, UNLIMITED, SHORT);
        pass(SHORT.plusMillis(50));
        assertThat(onA.renew(List.of(route), LONG)).isEqualTo(new Routes.Renewal(List.of(), List.of(route)));
        assertThat(found(onB.find(tenant, "u"))).containsExactly(route);
        Route never = route(a, "u2", "d");
        assertThat(onA.renew(List.of(never), LONG).restored()).containsExactly(never);
        assertThat(found(onB.find(tenant, "u2"))).containsExactly(never);
    }

    @Test
    void renewingReportsDevicesThatAreElsewhereByNow() {
        Route old = route(a, "u", "d");
        Route now = route(b, "u", "d");
        onA.register(old, UNLIMITED, LONG);
        onB.register(now, UNLIMITED, LONG);
        assertThat(onA.renew(List.of(old), LONG).elsewhere()).containsExactly(old);
        assertThat(found(onA.find(tenant, "u"))).containsExactly(now);
    }

    @Test
    void aConnectionThatWasAcceptedEarlierDoesNotReplaceALaterOne() {
        Limits one = new Limits(1, 1);
        Route elsewhere = route(a, "u", "d");
        Route here = route(b, "u", "d");
        Route later = route(b, "u", "d");
        registered(onB.register(later, one, LONG));
        assertThat(onA.register(elsewhere, one, LONG)).isEqualTo(new Registration.Superseded());
        assertThat(onB.register(here, one, LONG)).isEqualTo(new Registration.Superseded());
        assertThat(found(onA.find(tenant, "u"))).containsExactly(later);
        onA.unregister(elsewhere);
        onB.unregister(here);
        assertThat(found(onA.find(tenant, "u"))).containsExactly(later);
        onB.unregister(later);
        assertThat(onA.register(elsewhere, one, LONG))
                .isEqualTo(new Registration.Registered(Optional.empty(), Optional.of(b)));
    }

    @Test
    void ofTwoConnectionsThatAreRenewedTheLaterStaysWhoeverComesFirst() {
        Route old = route(a, "u", "d");
        Route now = route(b, "u", "d");
        assertThat(onA.renew(List.of(old), LONG).restored()).containsExactly(old);
        assertThat(onB.renew(List.of(now), LONG)).isEqualTo(new Routes.Renewal(List.of(), List.of(now)));
        assertThat(onA.renew(List.of(old), LONG)).isEqualTo(new Routes.Renewal(List.of(old), List.of()));
        assertThat(onB.renew(List.of(now), LONG)).isEqualTo(new Routes.Renewal(List.of(), List.of()));
        assertThat(found(onA.find(tenant, "u"))).containsExactly(now);
    }

    @Test
    void renewingDoesNotBringBackWhatWasUnregistered() {
        Route route = route(a, "u", "d");
        onA.register(route, UNLIMITED, LONG);
        onA.unregister(route);
        assertThat(onA.renew(List.of(route), LONG).elsewhere()).isEmpty();
        assertThat(found(onA.find(tenant, "u"))).isEmpty();
    }

    @Test
    void aUserHasNoMoreDevicesThanTheLimitAndATakeOverAlwaysPasses() {
        Limits two = new Limits(2, 0);
        Route first = route(a, "u", "d1");
        registered(onA.register(first, two, LONG));
        registered(onB.register(route(b, "u", "d2"), two, LONG));
        assertThat(onA.register(route(a, "u", "d3"), two, LONG))
                .isEqualTo(new Registration.Refused(Limit.DEVICES_OF_USER));
        assertThat(onB.register(route(b, "u", "d1"), new Limits(1, 0), LONG))
                .isEqualTo(new Registration.Registered(Optional.of(first), Optional.of(a)));
        registered(onA.register(route(a, "other", "d3"), two, LONG));
    }

    @Test
    void aTenantHasNoMoreConnectionsThanTheLimitAndARefusalChangesNothing() {
        Limits two = new Limits(0, 2);
        Route first = route(a, "u1", "d");
        Route gone = route(a, "u3", "d");
        registered(onA.register(gone, two, LONG));
        onA.unregister(gone);
        registered(onA.register(first, two, LONG));
        registered(onB.register(route(b, "u2", "d"), two, LONG));
        assertThat(onB.register(route(b, "u3", "d"), two, LONG))
                .isEqualTo(new Registration.Refused(Limit.CONNECTIONS_OF_TENANT));
        assertThat(found(onA.find(tenant, "u3"))).isEmpty();
        Route moved = route(b, "u1", "d");
        assertThat(onB.register(moved, two, LONG))
                .isEqualTo(new Registration.Registered(Optional.of(first), Optional.of(a)));
        onA.unregister(first);
        assertThat(onA.register(route(a, "u3", "d"), two, LONG))
                .isEqualTo(new Registration.Refused(Limit.CONNECTIONS_OF_TENANT));
        onB.unregister(moved);
        assertThat(onA.register(route(a, "u3", "d"), two, LONG))
                .isEqualTo(new Registration.Registered(Optional.empty(), Optional.of(a)));
    }

    @Test
    void countingAgainChangesNothingThatWasCounted() {
        Limits two = new Limits(0, 2);
        registered(onA.register(route(a, "u1", "d"), two, LONG));
        registered(onB.register(route(b, "u2", "d"), two, LONG));
        onA.countConnections(a);
        onB.countConnections(b);
        assertThat(onA.register(route(a, "u3", "d"), two, LONG))
                .isEqualTo(new Registration.Refused(Limit.CONNECTIONS_OF_TENANT));
    }

    @Test
    void aPlaceIsFreeAsSoonAsItsConnectionIsUnregistered() {
        Limits one = new Limits(0, 1);
        for (int i = 0; i < 5; i++) {
            Route route = route(i % 2 == 0 ? a : b, "u" + i, "d");
            Routes node = i % 2 == 0 ? onA : onB;
            registered(node.register(route, one, LONG));
            node.unregister(route);
        }
    }

    @Test
    void fiftyRacingForTheLastPlacesNeverGetMoreThanThereAre() throws Exception {
        race(new Limits(0, 7), i -> "u" + i, Limit.CONNECTIONS_OF_TENANT);
        race(new Limits(7, 0), i -> "same", Limit.DEVICES_OF_USER);
    }

    private void race(Limits limits, java.util.function.IntFunction<String> user, Limit limit) throws Exception {
        CyclicBarrier start = new CyclicBarrier(50);
        List<Future<Registration>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                boolean even = i % 2 == 0;
                Route route = route(even ? a : b, limit + user.apply(i), "d" + i);
                answers.add(threads.submit(() -> {
                    start.await();
                    return (even ? onA : onB).register(route, limits, LONG);
                }));
            }
        }
        int admitted = 0;
        for (Future<Registration> answer : answers) {
            if (answer.get() instanceof Registration.Registered) {
                admitted++;
            } else {
                assertThat(answer.get()).isEqualTo(new Registration.Refused(limit));
            }
        }
        assertThat(admitted).isEqualTo(7);
    }

    @Test
    void nodesRacingForOneDeviceLeaveOneRouteAndEachLoserIsNamedOnce() throws Exception {
        for (Limits limits : List.of(UNLIMITED, new Limits(1, 100))) {
            String user = "u" + limits.connections();
            CyclicBarrier start = new CyclicBarrier(20);
            List<Route> routes = new ArrayList<>();
            List<Future<Registration>> answers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 20; i++) {
                    boolean even = i % 2 == 0;
                    Route route = route(even ? a : b, user, "d");
                    routes.add(route);
                    answers.add(threads.submit(() -> {
                        start.await();
                        return (even ? onA : onB).register(route, limits, LONG);
                    }));
                }
            }
            List<Route> replaced = new ArrayList<>(found(onA.find(tenant, user)));
            assertThat(replaced).hasSize(1);
            for (int i = 0; i < answers.size(); i++) {
                switch (answers.get(i).get()) {
                    case Registration.Registered one -> one.replaced().ifPresent(replaced::add);
                    case Registration.Superseded superseded -> replaced.add(routes.get(i));
                    case Registration.Refused refused -> throw new AssertionError(refused);
                    case Registration.Unavailable away -> throw new AssertionError(away);
                }
            }
            assertThat(replaced).containsExactlyInAnyOrderElementsOf(routes);
        }
    }

    @Test
    void routesOfADeadNodeDoNotCount() {
        Limits one = new Limits(1, 1);
        Route lost = route(a, "u", "d1");
        registered(onA.register(lost, one, LONG));
        onB.dead(Set.of(a.epoch()));
        assertThat(found(onB.find(tenant, "u"))).isEmpty();
        assertThat(onB.findAll(tenant, List.of("u"))).contains(Map.of());
        registered(onB.register(route(b, "u", "d2"), one, LONG));
        onB.dead(Set.of());
        registered(onB.register(route(b, "u2", "d1"), UNLIMITED, LONG));
    }

    @Test
    void aDeviceOfADeadNodeHasNoPreviousNode() {
        onA.register(route(a, "u", "d"), UNLIMITED, LONG);
        onB.dead(Set.of(a.epoch()));
        registered(onB.register(route(b, "u", "d"), UNLIMITED, LONG));
    }

    @Test
    void aSweepRemovesTheRoutesOfADeadNodeAlone() {
        for (int i = 0; i < 300; i++) {
            onA.register(route(a, "u" + i, "d1"), UNLIMITED, LONG);
        }
        Route stays = route(b, "u7", "d2");
        onB.register(stays, UNLIMITED, LONG);
        assertThat(onB.sweep(a)).isEqualTo(OptionalInt.of(300));
        assertThat(found(onB.find(tenant, "u7"))).containsExactly(stays);
        assertThat(found(onB.find(tenant, "u8"))).isEmpty();
        assertThat(onB.sweep(a)).isEqualTo(OptionalInt.of(0));
    }

    @Test
    void nodesSweepTogetherAndRemoveEachRouteOnce() throws Exception {
        for (int i = 0; i < 600; i++) {
            onA.register(route(a, "u" + i, "d"), UNLIMITED, LONG);
        }
        CountDownLatch start = new CountDownLatch(1);
        List<Future<OptionalInt>> parts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Routes node : List.of(onA, onB)) {
                parts.add(threads.submit(() -> {
                    start.await();
                    return node.sweep(a);
                }));
            }
            start.countDown();
        }
        assertThat(parts.get(0).get().orElseThrow() + parts.get(1).get().orElseThrow())
                .isEqualTo(600);
    }

    @Test
    void everyChangeIsPublishedToEveryNodeOwnOnesIncluded() {
        Changed changed = new Changed();
        onB.follow(changed);
        Await.until("following", () -> changed.following);
        Route route = route(a, "u", "d");
        onA.register(route, UNLIMITED, LONG);
        changed.expect("u");
        onB.register(route(b, "own", "d"), UNLIMITED, LONG);
        changed.expect("own");
        onA.unregister(route);
        changed.expect("u");
        onA.unregister(route);
        onA.renew(List.of(route(a, "back", "d")), LONG);
        changed.expect("back");
        onB.sweep(a);
        changed.expect("back");
    }

    /** What was notified, in order. */
    private final class Changed implements Routes.Changes {
        final ConcurrentLinkedQueue<String> users = new ConcurrentLinkedQueue<>();
        volatile boolean following;

        @Override
        public void changed(String of, String user) {
            if (of.equals(tenant)) {
                users.add(user);
            }
        }

        @Override
        public void following(boolean now) {
            following = now;
        }

        void expect(String user) {
            Await.until("change of " + user, () -> !users.isEmpty());
            assertThat(users.poll()).isEqualTo(user);
        }
    }
}
