package io.mics;

import io.mics.api.Commands;
import io.mics.config.ConfigCheck;
import io.mics.config.NodeConfigReader;
import io.mics.config.Reading;
import io.mics.lifecycle.Arguments;
import io.mics.lifecycle.HeapReturn;
import io.mics.lifecycle.Signals;
import java.nio.file.Path;
import java.util.List;

/** Where the server begins. */
public final class Main {
    private Main() {}

    /** Runs the server until a signal, or answers the command line and exits. */
    public static void main(String[] args) {
        switch (Arguments.parse(args)) {
            case Arguments.Run run -> run(run.dir());
            case Arguments.Check check -> System.exit(ConfigCheck.run(check.dir(), System.getenv(), System.out));
            case Arguments.Command command -> System.exit(Commands.run(command));
            case Arguments.Say say -> say.andExit();
        }
    }

    private static void run(Path dir) {
        switch (NodeConfigReader.read(dir, System.getenv())) {
            case Reading.Invalid<NodeConfig> invalid -> System.exit(ConfigCheck.refuse(invalid.problems(), System.err));
            case Reading.Valid<NodeConfig> valid -> {
                try {
                    Signals.stopWith(Node.start(valid).following(dir, System.getenv())::close);
                    HeapReturn.begin();
                } catch (StartRefusedException e) {
                    System.exit(ConfigCheck.refuse(List.of(e.problem()), System.err));
                }
            }
        }
    }
}
