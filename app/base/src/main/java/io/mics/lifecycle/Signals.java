package io.mics.lifecycle;

import io.mics.observe.Log;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT: the first stops the server in order and exits 0, the second ends it at once. The JDK offers this
 * only in {@code sun.misc}, which no compiler flag lets pass in silence, hence by reflection.
 */
public final class Signals {
    private static final Log LOG = Log.of(Signals.class);
    private static final int KILLED = 128 + 15;

    private Signals() {}

    /** From now on the first signal runs {@code stop} and exits 0. */
    public static void stopWith(Runnable stop) {
        AtomicBoolean stopping = new AtomicBoolean();
        Runnable received = () -> {
            if (!stopping.compareAndSet(false, true)) {
                Runtime.getRuntime().halt(KILLED);
            }
            // what handles a signal is a daemon thread, which does not keep the process alive, and neither would its
            // child
            Thread.ofPlatform().name("mics-stop").daemon(false).start(() -> {
                stop.run();
                System.exit(0);
            });
        };
        try {
            handle("TERM", received);
            handle("INT", received);
        } catch (ReflectiveOperationException e) {
            LOG.warn("signal_handler_refused", "cause", e.toString());
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "mics-stop"));
        }
    }

    private static void handle(String name, Runnable received) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler run = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                received.run();
            }
            return null;
        };
        Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run);
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
