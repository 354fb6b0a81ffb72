package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/** A group of which every member writes to all, each waiting for the ack before its next message. */
public final class GroupChatSimulation extends Simulation {
    public GroupChatSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.chat()));
    }
}
