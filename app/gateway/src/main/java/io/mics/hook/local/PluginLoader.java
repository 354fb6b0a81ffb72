package io.mics.hook.local;

import io.mics.sdk.plugin.PreSendHook;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one plugin: those of its jar, the JDK's and {@code io.mics.sdk.plugin}; never the server's, nor
 * another plugin's.
 */
final class PluginLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final String SHARED = PreSendHook.class.getPackageName();

    private final PluginJar jar;

    PluginLoader(PluginJar jar) {
        super("plugin " + jar.file(), getPlatformClassLoader());
        this.jar = jar;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        int dot = name.lastIndexOf('.');
        if (dot == SHARED.length() && name.startsWith(SHARED)) {
            return Class.forName(name, false, PreSendHook.class.getClassLoader());
        }
        return super.loadClass(name, resolve);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = jar.entry(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        byte[] bytes = jar.entry(name);
        return bytes == null ? null : url(name, bytes);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL found = findResource(name);
        return Collections.enumeration(found == null ? List.of() : List.of(found));
    }

    private URL url(String name, byte[] bytes) {
        try {
            return URL.of(new URI("plugin", jar.file(), "/" + name, null), new InMemory(bytes));
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("a path of a jar makes no URL", e);
        }
    }

    /** Opens one resource, whatever the URL says. */
    private static final class InMemory extends URLStreamHandler {
        private final byte[] bytes;

        InMemory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(bytes);
                }
            };
        }
    }
}
