package io.mics.loadtest.gatling;

import io.gatling.app.Gatling$;
import java.io.IOException;
import java.util.List;

/** Runs one simulation; exits with 0 only when all that was counted agrees, 1 when not, 64 for wrong parameters. */
public final class Run {
    private Run() {}

    /** The simulation, then {@code key=value} parameters. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Settings settings;
        try {
            settings = Settings.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(64);
            return;
        }
        Load load = Load.begin(settings);
        String results = System.getProperty("gatling.results", "target/gatling");
        String[] gatling = {"-s", settings.scene().simulation.getName(), "-rf", results, "-nr"};
        int status;
        try (Receivers receivers = new Receivers(load)) {
            receivers.begin();
            status = Gatling$.MODULE$.fromArgs(gatling);
        }
        System.out.println(load.tally.summary());
        List<String> disagreements = load.tally.disagreements();
        disagreements.forEach(System.out::println);
        System.exit(status == 0 && disagreements.isEmpty() ? 0 : 1);
    }
}
