package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/** Users s1, s2, … who write to a group of u1, u2, …, waiting for the ack before the next message. */
public final class GroupChatSimulation extends Simulation {
    public GroupChatSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.chat()));
    }
}
