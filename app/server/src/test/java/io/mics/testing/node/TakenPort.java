package io.mics.testing.node;

import io.mics.concurrent.FatalErrors;
import io.mics.config.ConfigResult;
import io.mics.node.Node;
import io.mics.node.settings.Configuration;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** A server whose public port is taken away while it runs: its socket is closed, and another has the port. */
public final class TakenPort {
    /** What is printed once the port is taken; the internal port follows. */
    public static final String TAKEN = "taken; internal port ";

    private static final ServerSocketChannel[] THIEF = new ServerSocketChannel[1];

    private TakenPort() {}

    /** Runs the server of this folder, as {@code Main} does. */
    public static void main(String[] args) throws Exception {
        FatalErrors.endTheProcess();
        if (!(Configuration.read(Path.of(args[0]), Map.of()) instanceof ConfigResult.Valid<Configuration> valid)) {
            throw new IllegalArgumentException(args[0]);
        }
        Node node = Node.start(valid.value());
        Object lost = field(field(field(field(node, "foundation"), "endpoints"), "server"), "listener");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port());
        do {
            // the listener binds again at once, so that it may take several attempts to be faster
            ((ServerSocketChannel) field(lost, "server")).close();
        } while (!isBound(address));
        System.out.println(TAKEN + node.internalPort() + ".");
    }

    private static boolean isBound(InetSocketAddress address) throws IOException {
        THIEF[0] = ServerSocketChannel.open();
        try {
            THIEF[0].bind(address);
            return true;
        } catch (BindException e) {
            THIEF[0].close();
            return false;
        }
    }

    private static Object field(Object holder, String name) throws ReflectiveOperationException {
        Field field = holder.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(holder);
    }
}
