package io.mics.launch;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** The newest Java on this machine that is new enough, where installers usually put one. Starts none of them. */
final class InstalledJava {
    /** A folder whose folders are Javas; {@code ~} is the user's own. */
    private static final String[] FOLDERS = {
        "/usr/lib/jvm",
        "/usr/java",
        "/usr/local/openjdk",
        "/opt",
        "/opt/java",
        "/Library/Java/JavaVirtualMachines",
        "~/Library/Java/JavaVirtualMachines",
        "~/.sdkman/candidates/java",
        "~/.jdks",
        "~/.asdf/installs/java",
        "~/.local/share/mise/installs/java",
        "C:\\Program Files\\Java",
        "C:\\Program Files\\Eclipse Adoptium",
    };

    final String version;
    final File program;

    private InstalledJava(String version, File program) {
        this.version = version;
        this.program = program;
    }

    /** The newest of at least {@code oldest}, or null. */
    static InstalledJava newest(int oldest, String javaHome, String userHome) {
        InstalledJava best = null;
        for (File home : homes(javaHome, userHome)) {
            InstalledJava found = at(home);
            if (found != null && found.feature() >= oldest && (best == null || found.feature() > best.feature())) {
                best = found;
            }
        }
        return best;
    }

    private static List<File> homes(String javaHome, String userHome) {
        List<File> homes = new ArrayList<File>();
        if (javaHome != null && !javaHome.isEmpty()) {
            homes.add(new File(javaHome));
        }
        for (String folder : FOLDERS) {
            File[] inside = new File(folder.replace("~", userHome)).listFiles();
            if (inside != null) {
                for (File home : inside) {
                    homes.add(home);
                    homes.add(new File(home, "Contents/Home"));
                }
            }
        }
        return homes;
    }

    private static InstalledJava at(File home) {
        String version = version(new File(home, "release"));
        for (String name : new String[] {"bin/java", "bin/java.exe"}) {
            File program = new File(home, name);
            if (version != null && program.isFile() && program.canExecute()) {
                return new InstalledJava(version, program);
            }
        }
        return null;
    }

    /** JAVA_VERSION of the file that every JDK has had since version 7; null where there is none. */
    private static String version(File release) {
        if (!release.isFile()) {
            return null;
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new FileInputStream(release), Charset.forName("UTF-8")))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("JAVA_VERSION=\"\\d{1,4}[0-9A-Za-z._+-]*\"")) {
                    return line.substring(line.indexOf('"') + 1, line.length() - 1);
                }
            }
        } catch (IOException e) {
            return null; // not readable to this user, then not startable either
        }
        return null;
    }

    private int feature() {
        return Launcher.feature(version);
    }
}
