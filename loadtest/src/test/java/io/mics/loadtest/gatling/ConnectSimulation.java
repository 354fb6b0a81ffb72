package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/** A crowd that connects, stays connected, and leaves. */
public final class ConnectSimulation extends Simulation {
    public ConnectSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.idle()));
    }
}
