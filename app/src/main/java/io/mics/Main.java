package io.mics;

import io.mics.config.ConfigCheck;
import io.mics.config.NodeConfigReader;
import io.mics.config.Reading;
import io.mics.lifecycle.Arguments;
import io.mics.lifecycle.HeapReturn;
import io.mics.lifecycle.Signals;
import io.mics.observe.Log;
import io.mics.observe.LogSetup;
import java.nio.file.Path;

/** Where the server begins. */
public final class Main {
    private static final Log LOG = Log.of(Main.class);

    private Main() {}

    /** Runs the server until a signal, or answers the command line and exits. */
    public static void main(String[] args) {
        switch (Arguments.parse(args)) {
            case Arguments.Run run -> run(run.dir());
            case Arguments.Check check -> System.exit(ConfigCheck.run(check.dir(), System.getenv(), System.out));
            case Arguments.Say say -> {
                System.out.println(say.text());
                System.exit(say.exitCode());
            }
        }
    }

    private static void run(Path dir) {
        switch (NodeConfigReader.read(dir, System.getenv())) {
            case Reading.Invalid<NodeConfig> invalid -> {
                ConfigCheck.print(invalid.problems(), System.err);
                System.exit(ConfigCheck.WRONG);
            }
            case Reading.Valid<NodeConfig> valid -> {
                LogSetup.install(valid.value().nodeId());
                Node node = Node.start(valid.value()).following(dir, System.getenv());
                valid.notes().forEach(note -> LOG.info("configuration", "note", note));
                Signals.stopWith(node::close);
                HeapReturn.begin();
            }
        }
    }
}
