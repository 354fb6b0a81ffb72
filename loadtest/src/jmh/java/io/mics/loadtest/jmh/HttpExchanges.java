package io.mics.loadtest.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mics.concurrent.Deadline;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpCall;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.HttpOutcome;
import io.mics.httpclient.TrustStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one exchange over HTTP costs on kept connections: 120 bytes there, 40 back. {@code bare} writes and reads the
 * same bytes on a blocking socket and looks at none of them. Both ends are in this process, so it is the difference
 * that counts. With {@code -t 64}, 64 virtual threads; {@code -prof gc} shows the allocation.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class HttpExchanges {
    private static final int BODY = 120;
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Type: application/protobuf\r\n"
                    + "Content-Length: 40\r\n\r\n" + "y".repeat(40))
            .getBytes(US_ASCII);
    private static final byte[] REQUEST = ("POST /check-message HTTP/1.1\r\nHost: 127.0.0.1:12345\r\n"
                    + "Connection: keep-alive\r\nAccept-Encoding: identity\r\nUser-Agent: mics\r\n"
                    + "Content-Type: application/protobuf\r\nContent-Length: 120\r\n\r\n" + "x".repeat(BODY))
            .getBytes(US_ASCII);
    private static final List<HttpCall.Field> FIELDS =
            List.of(new HttpCall.Field("Content-Type", "application/protobuf"));

    /** Who makes the exchange. */
    @Param({"bare", "client"})
    public String by = "bare";

    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.ofDefaults();
    private final ConnectionPool pool = client.pool(() -> AddressRule.ANY, TrustStore.JVM);
    private final ServerSocket server;
    private final Destination to;

    /** Opens the server. */
    public HttpExchanges() {
        try {
            server = new ServerSocket(0, 256, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        to = Destination.of("http://127.0.0.1:" + server.getLocalPort() + "/check-message")
                .orElseThrow();
    }

    /** Starts to answer. */
    @Setup(Level.Trial)
    public void open() {
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.startVirtualThread(() -> answer(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /** Requests are all of one length or nearly, and come one at a time: the end of the body ends each. */
    private static void answer(Socket socket) {
        byte[] buffer = new byte[4_096];
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(ANSWER);
            }
        } catch (IOException e) {
            // the benchmark is over
        }
    }

    /** Closes everything. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        client.close();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One exchange. */
    @Benchmark
    public Object exchange() throws IOException, InterruptedException {
        return by.equals("bare") ? bare() : called();
    }

    private Object bare() throws IOException {
        Socket socket = sockets.poll();
        if (socket == null) {
            socket = new Socket(server.getInetAddress(), server.getLocalPort());
            socket.setTcpNoDelay(true);
        }
        socket.getOutputStream().write(REQUEST);
        byte[] answer = new byte[ANSWER.length];
        int read = socket.getInputStream().readNBytes(answer, 0, answer.length);
        sockets.add(socket);
        if (read < answer.length) {
            throw new IOException("cut short");
        }
        return answer;
    }

    private Object called() throws InterruptedException {
        HttpCall call = HttpCall.post("t1", to, FIELDS, new byte[BODY], 64 << 10, HttpCall.AnswerCheck.NONE);
        HttpOutcome outcome = pool.call(call, Deadline.after(Duration.ofSeconds(5)));
        if (outcome instanceof HttpOutcome.Answered) {
            return outcome;
        }
        throw new IllegalStateException(outcome.toString());
    }
}
