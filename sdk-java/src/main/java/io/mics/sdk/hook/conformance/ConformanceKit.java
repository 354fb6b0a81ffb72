package io.mics.sdk.hook.conformance;

import java.io.PrintStream;
import java.util.List;

/**
 * Fires every case a hook must stand at a backend or a webhook, and prints a line for each: {@code PASS}, {@code NOTE}
 * for what is allowed but better otherwise, or {@code FAIL} and why.
 */
public final class ConformanceKit {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 64;

    private ConformanceKit() {}

    /** Runs the kit; without arguments it says how. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /** Runs the kit; returns the exit code: 0 all passed, 1 some failed, 64 a wrong command line. */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) throws InterruptedException {
        KitSettings settings;
        try {
            settings = KitSettings.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(KitSettings.USAGE);
            return WRONG_USAGE;
        }
        int passed = 0;
        int noted = 0;
        int failed = 0;
        for (Case one : settings.webhook() ? new WebhookCases(settings).all() : new MicsHttpCases(settings).all()) {
            Finding finding = one.run();
            if (finding instanceof Finding.Failed why) {
                failed++;
                out.println("FAIL  " + one.claim() + " (" + why.why() + ")");
            } else if (finding instanceof Finding.Noted why) {
                noted++;
                out.println("NOTE  " + one.claim() + " (" + why.why() + ")");
            } else {
                passed++;
                out.println("PASS  " + one.claim());
            }
        }
        out.println(passed + " passed, " + noted + " noted, " + failed + " failed");
        return failed == 0 ? 0 : FAILED;
    }
}
