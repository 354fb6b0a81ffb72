package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mics.routing.link.Peer;
import io.mics.tenant.LimitSettings;
import io.mics.tenant.SettingSource;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RateSharesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LIMIT = 100;
    private static final Offset<Double> ROUNDING = within(0.01);

    /** What every node said last. */
    private static final class Said implements TenantRates {
        private final Map<Peer, Long> rates = new HashMap<>();
        private boolean away;

        @Override
        public Optional<List<Total>> exchange(Peer self, List<Demand> demands) {
            if (away) {
                return Optional.empty();
            }
            rates.put(self, demands.getFirst().perSecond());
            long sum = rates.values().stream().mapToLong(Long::longValue).sum();
            return Optional.of(List.of(new Total(sum, rates.size())));
        }
    }

    private final Said said = new Said();
    private final List<Tenant> tenants = new ArrayList<>();
    private final List<RateShares> nodes = new ArrayList<>();

    private void nodes(int count, int limit) {
        for (int i = 0; i < count; i++) {
            TenantSettings defaults = TenantSettings.DEFAULTS;
            TenantSettings settings = new TenantSettings(
                    defaults.hooks(),
                    new LimitSettings(0, 0, limit, 0, 0),
                    defaults.offline(),
                    defaults.heartbeat(),
                    defaults.slowConsumer(),
                    true,
                    List.of(),
                    1,
                    "",
                    Set.of(),
                    defaults.ids(),
                    defaults.failuresAsErrors(),
                    defaults.messages(),
                    defaults.durable());
            Tenant tenant = new Tenant(new TenantConfig("t", settings, Map.of("x", SettingSource.DEFAULTS)));
            tenants.add(tenant);
            nodes.add(new RateShares(said, new Peer("n" + i, i + 1, "127.0.0.1:1"), () -> List.of(tenant)));
        }
    }

    /** One second in which every node is asked so often; returns what each took. */
    private int[] second(long start, int... asked) {
        int[] taken = new int[asked.length];
        for (int node = 0; node < asked.length; node++) {
            TokenBucketClock clock = new TokenBucketClock(start, SECOND / Math.max(1, asked[node]));
            for (int i = 0; i < asked[node]; i++) {
                taken[node] += tenants.get(node).limits().messages().tryTake(clock.next()) ? 1 : 0;
            }
        }
        nodes.forEach(node -> node.exchange(SECOND));
        return taken;
    }

    private static final class TokenBucketClock {
        private long now;
        private final long step;

        TokenBucketClock(long now, long step) {
            this.now = now;
            this.step = step;
        }

        long next() {
            now += step;
            return now;
        }
    }

    @Test
    void theClusterKeepsTheLimitWhereverTheSendersAre() {
        nodes(3, LIMIT);
        long now = System.nanoTime();
        int[][] demands = {{300, 300, 300}, {1_000, 10, 10}, {150, 0, 0}, {0, 0, 5_000}};
        for (int[] demand : demands) {
            int taken = 0;
            for (int second = 0; second < 20; second++) {
                int[] took = second(now, demand);
                // the first seconds find the shares of the demand before, and what was saved up
                taken += second < 10 ? 0 : took[0] + took[1] + took[2];
                now += SECOND;
            }
            assertThat(taken / 10.0).as("demand %s", demand).isCloseTo(LIMIT, within(LIMIT / 10.0));
        }
    }

    @Test
    void partsOfTheSameTotalAreTheWholeTogether() {
        for (long[] demands : new long[][] {{0, 0}, {1, 0}, {30, 40}, {100, 0}, {5_000, 1}}) {
            TenantRates.Total total = new TenantRates.Total(demands[0] + demands[1], 2);
            double both = RateShares.part(LIMIT, demands[0], total) + RateShares.part(LIMIT, demands[1], total);
            assertThat(both).isCloseTo(1, ROUNDING);
        }
    }

    @Test
    void aNodeThatWasNotAskedYetMayTakeSome() {
        assertThat(RateShares.part(LIMIT, 0, new TenantRates.Total(10_000, 3))).isPositive();
        assertThat(RateShares.part(LIMIT, 0, new TenantRates.Total(40, 2))).isCloseTo(0.3, ROUNDING);
    }

    @Test
    void everyNodeAllowsTheWholeLimitWhileTheyCannotAgree() {
        nodes(2, LIMIT);
        long now = System.nanoTime();
        second(now, 500, 500);
        second(now + SECOND, 500, 500);
        said.away = true;
        nodes.forEach(node -> node.exchange(SECOND));
        int[] took = second(now + 10 * SECOND, 500, 500);
        assertThat(took[0]).isBetween(LIMIT, 2 * LIMIT);
        assertThat(took[1]).isBetween(LIMIT, 2 * LIMIT);
    }

    @Test
    void aTenantWithoutALimitIsNotAskedAbout() {
        nodes(1, 0);
        nodes.getFirst().exchange(SECOND);
        assertThat(said.rates).isEmpty();
        assertThat(tenants.getFirst().limits().messages().tryTake()).isTrue();
    }
}
