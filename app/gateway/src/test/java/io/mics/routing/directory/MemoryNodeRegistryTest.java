package io.mics.routing.directory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class MemoryNodeRegistryTest extends NodeRegistryContract {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000);
    private NodeRegistry registry = new MemoryNodeRegistry(clock::get, LEASE);

    @Override
    protected NodeRegistry registry() {
        return registry;
    }

    @Override
    protected void empty() {
        registry = new MemoryNodeRegistry(clock::get, LEASE);
    }

    @Override
    protected void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
