package io.mics.hook.local;

import io.mics.sdk.plugin.PreSendHook;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles plugins and packs them into jars, as their authors do. */
public final class PluginJars {
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");

    private PluginJars() {}

    /** A jar with the classes of these sources, all in package {@code acme}; {@code offered} is its service file. */
    public static Path write(Path jar, Class<?> service, String offered, String... sources) throws IOException {
        Path classes = Files.createTempDirectory(jar.getParent(), "classes");
        compile(classes, sources);
        Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(classes.resolve("META-INF/services").resolve(service.getName()), offered + "\n");
        Path packed = Files.createTempFile(jar.getParent(), "packed", ".tmp");
        pack(classes, packed);
        return Files.move(packed, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    /** One pre-send hook {@code acme.{name}} with this body of its method, in a jar of its own. */
    static Path preSend(Path folder, String name, String body) throws IOException {
        return write(folder.resolve(name + ".jar"), PreSendHook.class, "acme." + name, preSendSource(name, body));
    }

    static String preSendSource(String name, String body) {
        return """
            package acme;
            import io.mics.sdk.plugin.*;
            import java.util.*;
            public class %s implements PreSendHook {
                @Override public HookResult handle(HookContext context, MessageDraft draft) throws Exception {
                    %s
                }
            }
            """.formatted(name, body);
    }

    private static void compile(Path classes, String... sources) throws IOException {
        StringWriter said = new StringWriter();
        String sdk = PreSendHook.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        List<String> options = List.of("-cp", sdk, "-d", classes.toString(), "-proc:none", "-nowarn");
        List<JavaFileObject> units =
                Arrays.stream(sources).map(PluginJars::unit).toList();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(said, null, null, options, null, units)
                .call();
        if (!compiled) {
            throw new IOException(said.toString());
        }
    }

    private static JavaFileObject unit(String source) {
        Matcher name = CLASS.matcher(source);
        if (!name.find()) {
            throw new IllegalArgumentException("no public class in " + source);
        }
        return new SimpleJavaFileObject(
                URI.create("string:///acme/" + name.group(1) + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    /** Packs a folder of classes. */
    static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path entry : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(entry).toString().replace('\\', '/')));
                out.write(Files.readAllBytes(entry));
                out.closeEntry();
            }
        }
    }
}
