package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Simulation;

/** Users s1, s2, … who each write to a user r1, r2, … who has left, and comes back when all is written. */
public final class OfflineSimulation extends Simulation {
    public OfflineSimulation() {
        Steps steps = new Steps(Load.current());
        setUp(steps.around(steps.chat()));
    }
}
