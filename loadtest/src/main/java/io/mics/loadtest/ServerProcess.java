package io.mics.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The process under measurement, seen from outside through {@code /proc}.
 *
 * @param pid its process id; 0 means unknown, and every figure is then 0
 */
record ServerProcess(long pid) {
    private static final double TICKS_PER_SECOND = 100;

    /** CPU seconds used so far, user and system together. */
    double cpuSeconds() throws IOException {
        if (pid == 0) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Resident memory in KiB. */
    long residentKib() throws IOException {
        if (pid == 0) {
            return 0;
        }
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS for process " + pid);
    }

    /** Asks for a collection with the running JDK's {@code jcmd}; false when that is not possible. */
    boolean collectGarbage() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (pid == 0 || !Files.isExecutable(jcmd)) {
            return false;
        }
        Process run = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return run.waitFor(30, TimeUnit.SECONDS) && run.exitValue() == 0;
    }
}
