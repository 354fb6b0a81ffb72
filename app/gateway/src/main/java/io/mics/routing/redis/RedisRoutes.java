package io.mics.routing.redis;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.redis.RedisSubscription;
import io.mics.redis.Script;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.Routes;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The directory in Redis. A registration is one round trip, or two where the tenant's connections are limited: first
 * the user's routes change, then the quota is asked for one more connection, and a refusal puts the routes back. In
 * between the route is marked as pending, so that a take-over knows whether the route counts in the quota.
 *
 * <p>The user's and the tenant's keys lie in different slots, so one script cannot change both.
 */
public final class RedisRoutes implements Routes {
    private static final int CHUNK = 256;
    private static final String LIVE = "L";
    private static final String PENDING = "P";

    private final Redis redis;
    private final Map<Fallback, Metrics.PerTenant<Counter>> fallbacks = new EnumMap<>(Fallback.class);
    private final RedisConnectionQuota quota;
    private final RedisUserIndex index;
    private final String remembered;
    private volatile Set<Long> deadEpochs = Set.of();
    private volatile List<String> dead = List.of();

    /**
     * Routes in {@code redis}.
     *
     * @param nodeLease  how long a node's count of connections is valid
     * @param remembered how long the node that a device left is known, see {@link Routes#REMEMBERED}
     */
    public RedisRoutes(Redis redis, Metrics metrics, Duration nodeLease, Duration remembered) {
        this.redis = redis;
        for (Fallback operation : Fallback.values()) {
            fallbacks.put(
                    operation,
                    metrics.perTenant(tenant -> metrics.counter(Metric.REDIS_FALLBACK, tenant, operation.label())));
        }
        this.quota = new RedisConnectionQuota(redis, nodeLease);
        this.index = new RedisUserIndex(redis);
        this.remembered = Long.toString(remembered.toMillis());
    }

    @Override
    public Registration register(Route route, Limits limits, Duration lease) {
        List<Call> calls = new ArrayList<>(RedisUserIndex.noting(List.of(route), lease.toMillis()));
        calls.add(registering(route, limits, lease));
        if (!(redis.evaluateAll(calls) instanceof RedisOutcome.Value<List<RedisReply>> value)) {
            quota.countUncertain(route);
            return unavailable(route);
        }
        String outcome = value.value().getLast().text(0);
        String entry = value.value().getLast().text(1);
        Optional<Route> before = entry.isEmpty()
                ? Optional.empty()
                : Optional.of(RouteEntry.parse(route.tenant(), route.user(), route.device(), entry));
        return switch (outcome) {
            case "limit" -> new Registration.Refused(Limit.DEVICES_OF_USER);
            case "overtaken" -> new Registration.Superseded();
            case "same" -> new Registration.Registered(Optional.empty(), Optional.empty());
            case "over" -> takeOver(route, limits, before.orElseThrow());
            case "pending" -> admit(route, limits, lease, before, before, "");
            case "new" ->
                admit(route, limits, lease, before.filter(lapsed -> !RouteEntry.hasLeft(entry)), before, entry);
            default -> throw new IllegalStateException(outcome);
        };
    }

    private Call registering(Route route, Limits limits, Duration lease) {
        List<String> arguments = new ArrayList<>(RouteEntry.arguments(route, lease.toMillis()));
        arguments.add(Integer.toString(limits.devicesPerUser()));
        arguments.add(limits.connections() > 0 ? PENDING : LIVE);
        arguments.add(remembered);
        return changing(DirectoryScripts.REGISTER_ROUTE, route, arguments, dead);
    }

    private Registration takeOver(Route route, Limits limits, Route replaced) {
        if (limits.connections() == 0) {
            quota.count(route);
        } else {
            quota.takeFrom(replaced, route, dead);
        }
        return new Registration.Registered(Optional.of(replaced), Optional.of(replaced.node()));
    }

    private Registration admit(
            Route route,
            Limits limits,
            Duration lease,
            Optional<Route> replaced,
            Optional<Route> previous,
            String toRestore) {
        Registration registered = new Registration.Registered(replaced, previous.map(Route::node));
        if (limits.connections() == 0) {
            quota.count(route);
            return registered;
        }
        return switch (quota.take(route, limits.connections(), dead)) {
            case ADMITTED -> {
                redis.send(renewing(route, lease));
                yield registered;
            }
            case FULL -> {
                redis.evaluate(unregistering(route, "undo", toRestore));
                yield new Registration.Refused(Limit.CONNECTIONS_OF_TENANT);
            }
            case UNAVAILABLE -> unavailable(route);
        };
    }

    private Registration unavailable(Route route) {
        fallback(route.tenant(), Fallback.REGISTER);
        return new Registration.Unavailable();
    }

    @Override
    public boolean unregister(Route route) {
        return switch (redis.evaluate(unregistering(route, "left", ""))) {
            case RedisOutcome.Value<RedisReply> value -> {
                RedisReply reply = value.value();
                if (reply.number(1) == 0) {
                    index.forget(route);
                }
                quota.release(route, reply.number(0) == 1);
                yield reply.number(2) == 1;
            }
            case RedisOutcome.Unavailable<RedisReply> unavailable -> {
                fallback(route.tenant(), Fallback.UNREGISTER);
                quota.release(route, false);
                yield false;
            }
        };
    }

    private Call unregistering(Route route, String how, String toRestore) {
        return changing(
                DirectoryScripts.UNREGISTER_ROUTE,
                route,
                List.of(
                        route.device(),
                        Long.toString(route.node().epoch()),
                        Long.toString(route.connection()),
                        how,
                        toRestore,
                        remembered),
                List.of());
    }

    @Override
    public Renewal renew(List<Route> routes, Duration lease) {
        List<Route> elsewhere = new ArrayList<>(0);
        List<Route> restored = new ArrayList<>(0);
        for (int from = 0; from < routes.size(); from += CHUNK) {
            List<Route> chunk = routes.subList(from, Math.min(from + CHUNK, routes.size()));
            List<Call> calls = new ArrayList<>(chunk.size() + 16);
            chunk.forEach(route -> calls.add(renewing(route, lease)));
            calls.addAll(RedisUserIndex.noting(chunk, lease.toMillis()));
            if (!(redis.evaluateAll(calls) instanceof RedisOutcome.Value<List<RedisReply>> value)) {
                routes.subList(from, routes.size()).forEach(route -> fallback(route.tenant(), Fallback.RENEW));
                return new Renewal(elsewhere, restored);
            }
            for (int i = 0; i < chunk.size(); i++) {
                switch (value.value().get(i).text(0)) {
                    case "elsewhere" -> elsewhere.add(chunk.get(i));
                    case "restored" -> restored.add(chunk.get(i));
                    default -> {}
                }
            }
        }
        return new Renewal(elsewhere, restored);
    }

    private Call renewing(Route route, Duration lease) {
        List<String> arguments = new ArrayList<>(RouteEntry.arguments(route, lease.toMillis()));
        arguments.add(remembered);
        return changing(DirectoryScripts.RENEW_ROUTE, route, arguments, dead);
    }

    /** A script on the routes of a user that publishes the user as changed. */
    private static Call changing(Script script, Route route, List<String> first, List<String> last) {
        List<String> arguments = new ArrayList<>(first);
        arguments.add(DirectoryKeys.CHANGES);
        arguments.add(DirectoryKeys.user(route.tenant(), route.user()));
        arguments.addAll(last);
        return new Call(script, List.of(DirectoryKeys.routes(route.tenant(), route.user())), arguments);
    }

    @Override
    public void countConnections(Peer self) {
        quota.reportAll(self.epoch());
    }

    @Override
    public Found find(String tenant, String user) {
        return switch (redis.evaluate(Call.of(DirectoryScripts.FIND_ROUTES, DirectoryKeys.routes(tenant, user)))) {
            case RedisOutcome.Value<RedisReply> value -> new Found.Known(routes(tenant, user, value.value()));
            case RedisOutcome.Unavailable<RedisReply> unavailable -> {
                fallback(tenant, Fallback.FIND);
                yield new Found.Unavailable();
            }
        };
    }

    @Override
    public Optional<Map<String, List<Route>>> findAll(String tenant, List<String> users) {
        List<Call> calls = users.stream()
                .map(user -> Call.of(DirectoryScripts.FIND_ROUTES, DirectoryKeys.routes(tenant, user)))
                .toList();
        if (!(redis.evaluateAll(calls) instanceof RedisOutcome.Value<List<RedisReply>> value)) {
            fallback(tenant, Fallback.FIND_ALL);
            return Optional.empty();
        }
        Map<String, List<Route>> found = HashMap.newHashMap(users.size());
        for (int i = 0; i < users.size(); i++) {
            List<Route> routes = routes(tenant, users.get(i), value.value().get(i));
            if (!routes.isEmpty()) {
                found.put(users.get(i), routes);
            }
        }
        return Optional.of(found);
    }

    private List<Route> routes(String tenant, String user, RedisReply reply) {
        Set<Long> ignored = deadEpochs;
        List<Route> routes = new ArrayList<>(reply.size() / 2);
        for (int i = 0; i < reply.size(); i += 2) {
            Route route = RouteEntry.parse(tenant, user, reply.text(i), reply.text(i + 1));
            if (!ignored.contains(route.node().epoch())) {
                routes.add(route);
            }
        }
        return routes;
    }

    @Override
    public OptionalInt sweep(Peer gone) {
        return index.sweep(gone.epoch());
    }

    @Override
    public void dead(Set<Long> epochs) {
        deadEpochs = Set.copyOf(epochs);
        dead = epochs.stream().map(String::valueOf).toList();
    }

    @Override
    public void follow(Changes changes) {
        redis.subscribe(DirectoryKeys.CHANGES, new RedisSubscription.Listener() {
            @Override
            public void message(String text) {
                int bar = text.indexOf('|');
                if (bar > 0) {
                    changes.changed(text.substring(0, bar), text.substring(bar + 1));
                }
            }

            @Override
            public void up(boolean up) {
                changes.following(up);
            }
        });
    }

    private void fallback(String tenant, Fallback operation) {
        Objects.requireNonNull(fallbacks.get(operation)).of(tenant).increment();
    }

    /** Makes every series of a tenant's routes exist, at 0. */
    public static void registerMetrics(Metrics metrics, String tenant) {
        for (Fallback operation : Fallback.values()) {
            metrics.counter(Metric.REDIS_FALLBACK, tenant, operation.label());
        }
    }

    /** What was decided without Redis. */
    private enum Fallback {
        REGISTER,
        UNREGISTER,
        RENEW,
        FIND,
        FIND_ALL;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
