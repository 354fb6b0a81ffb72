package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/**
 * Users s1, s2, … who each write to their durable conversation with a user r1, r2, …,
 * waiting for the ack before the next message.
 */
public final class DurableChatSimulation extends Simulation {
    public DurableChatSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.chat()));
    }
}
