package io.mics.launch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Where {@code java -jar mics.jar} begins. Compiled for Java 8, so that an older JVM gets to say what is missing
 * instead of a stack trace; names {@code io.mics.Main} only as text, since its class file could not be read there.
 */
public final class Launcher {
    private static final int OLDEST = 21;
    private static final String LOG_MANAGER = "java.util.logging.manager";

    private Launcher() {}

    /** Starts the server, or exits with 1 and one line on stderr. */
    public static void main(String[] args) throws Throwable {
        if (feature(System.getProperty("java.specification.version")) < OLDEST) {
            System.err.println("MICS needs Java " + OLDEST + " or newer; this is " + System.getProperty("java.version")
                    + " at " + System.getProperty("java.home"));
            System.exit(1);
        }
        if (System.getProperty(LOG_MANAGER) == null) {
            System.setProperty(LOG_MANAGER, "io.mics.observe.SteadyLogManager");
        }
        Method main = Class.forName("io.mics.Main").getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The feature release of a specification version: 8 of "1.8", 21 of "21". */
    private static int feature(String version) {
        String number = version.startsWith("1.") ? version.substring(2) : version;
        return Integer.parseInt(number);
    }
}
