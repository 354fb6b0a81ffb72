package io.mics;

import io.mics.concurrent.FatalErrors;
import io.mics.config.ConfigResult;
import io.mics.lifecycle.HeapReturn;
import io.mics.lifecycle.Signals;
import io.mics.lifecycle.Startup;
import io.mics.node.Node;
import io.mics.node.settings.ConfigCheck;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.StartRefusedException;
import java.nio.file.Path;

/** The server as a process: one node, from its configuration to the signal that stops it. */
final class Server {
    private Server() {}

    /** Starts the node that the files in {@code dir} describe; the process exits where that cannot be. */
    static void run(Path dir) {
        FatalErrors.endTheProcess();
        switch (Configuration.read(dir, System.getenv())) {
            case ConfigResult.Invalid<Configuration> bad -> System.exit(ConfigCheck.refuse(bad.problems(), System.err));
            case ConfigResult.Valid<Configuration> valid -> {
                Startup startup = new Startup();
                Signals.stopWith(startup::stop);
                try {
                    startup.run(() -> Node.start(valid)::close);
                    HeapReturn.begin();
                } catch (StartRefusedException e) {
                    System.exit(ConfigCheck.refuse(e.problems(), System.err));
                }
            }
        }
    }
}
