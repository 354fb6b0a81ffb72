package io.mics.launch;

import java.io.File;
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
                    + " at " + System.getProperty("java.home") + "; " + advice(args));
            System.exit(1);
        }
        if (System.getProperty(LOG_MANAGER) == null) {
            System.setProperty(LOG_MANAGER, "io.mics.observe.log.SteadyLogManager");
        }
        Method main = Class.forName("io.mics.Main").getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String advice(String[] args) {
        InstalledJava newer = InstalledJava.newest(OLDEST, System.getenv("JAVA_HOME"), System.getProperty("user.home"));
        if (newer == null) {
            return "no newer one is where they usually are: https://adoptium.net has some";
        }
        String path = System.getProperty("java.class.path");
        StringBuilder command = new StringBuilder(quoted(newer.program.getPath()));
        command.append(path.endsWith(".jar") && path.indexOf(File.pathSeparatorChar) < 0 ? " -jar " : " -cp ");
        command.append(quoted(path));
        if (command.indexOf(" -cp ") >= 0) {
            command.append(' ').append(Launcher.class.getName());
        }
        for (String arg : args) {
            command.append(' ').append(quoted(arg));
        }
        return "Java " + newer.version + " is here: " + command;
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_/.:=,@%+\\\\-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** The feature release of a version: 8 of "1.8", 21 of "21.0.2". */
    static int feature(String version) {
        String number = version.startsWith("1.") ? version.substring(2) : version;
        return Integer.parseInt(number.split("[^0-9]")[0]);
    }
}
