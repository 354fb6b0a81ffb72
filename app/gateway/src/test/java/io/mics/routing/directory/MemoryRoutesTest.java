package io.mics.routing.directory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class MemoryRoutesTest extends RoutesContract {
    /** Near its end, where it turns over. */
    private static final AtomicLong CLOCK = new AtomicLong(Long.MAX_VALUE - 1_000);

    private static final Routes ROUTES = new MemoryRoutes(CLOCK::get, REMEMBERED);

    @Override
    protected Routes routes() {
        return ROUTES;
    }

    @Override
    protected void pass(Duration time) {
        CLOCK.addAndGet(time.toNanos());
    }
}
