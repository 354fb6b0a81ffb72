package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/** Pairs of users that write to each other, each waiting for the ack before its next message. */
public final class SingleChatSimulation extends Simulation {
    public SingleChatSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.chat()));
    }
}
