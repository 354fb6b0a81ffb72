package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/**
 * Users s1, s2, … who each write to their durable conversation with a user r1, r2, … who has left,
 * and fetches all of it when it is back.
 */
public final class OfflineReturnSimulation extends Simulation {
    public OfflineReturnSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.chat()));
    }
}
