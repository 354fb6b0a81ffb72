package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/** A crowd of which everyone sends pings and waits for each pong. */
public final class HeartbeatSimulation extends Simulation {
    public HeartbeatSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.heartbeat()));
    }
}
