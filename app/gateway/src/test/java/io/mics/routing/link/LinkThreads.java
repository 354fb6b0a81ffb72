package io.mics.routing.link;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The threads links are made of, virtual ones included. */
final class LinkThreads {
    private static final Pattern SERVING = Pattern.compile("^#\\d+ \"\\[0x\\w+ 0x\\w+ \\] - \\d+\"", Pattern.MULTILINE);
    private static final Pattern KEEPING = Pattern.compile("^#\\d+ \"link-reconnector", Pattern.MULTILINE);
    private static final Pattern ANY =
            Pattern.compile("^#\\d+ \"(link-|mics-links|\\[0x\\w+ 0x\\w+ ?\\])", Pattern.MULTILINE);

    private LinkThreads() {}

    /** Streams a server serves. */
    static long serving() {
        return count(SERVING);
    }

    /** Links a client keeps open. */
    static long keeping() {
        return count(KEEPING);
    }

    /** Waits until there is none of any kind. */
    static void awaitNone() throws InterruptedException {
        TestPeers.until(() -> count(ANY) == 0);
    }

    private static long count(Pattern name) {
        return name.matcher(dump()).results().count();
    }

    private static String dump() {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path file = folder.resolve("dump.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            String text = Files.readString(file);
            Files.delete(file);
            Files.delete(folder);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
