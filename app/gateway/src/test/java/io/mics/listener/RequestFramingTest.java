package io.mics.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import io.mics.testing.gateway.TestPorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {
    private static final int TIMEOUT_MS = 30_000;
    private static final String HEAD = "POST /echo HTTP/1.1\r\nHost: x\r\n";

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Listener listener = Listener.open(
            TestPorts.http("test"),
            Protocol.http1(HttpRouting.builder()
                    .any("/echo", (request, response) -> {
                        asked.add("/echo");
                        String body = request.content().hasEntity()
                                ? request.content().as(String.class)
                                : "";
                        response.send("<" + body + ">");
                    })
                    .any("/deaf", (request, response) -> {
                        asked.add("/deaf");
                        response.send("deaf");
                    })
                    .any("/ending", (request, response) -> {
                        asked.add("/ending");
                        response.header("Connection", "close").send("ending");
                    })
                    .any("/smuggled", (request, response) -> {
                        asked.add("/smuggled");
                        response.send("smuggled");
                    })),
            TestPorts.ports());

    @AfterEach
    void stop() {
        listener.close();
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    /** Everything the server says until it closes. */
    private String ask(String... pieces) throws IOException {
        try (Socket socket = open()) {
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                HEAD + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                HEAD + "Content-Length: 5, 6\r\n\r\nhello",
                HEAD + "Content-Length: +5\r\n\r\nhello",
                HEAD + "Content-Length: 0x5\r\n\r\nhello",
                HEAD + "Content-Length: -1\r\n\r\n",
                HEAD + "Content-Length: \r\n\r\n",
                HEAD + "Content-Length: 99999999999999999999\r\n\r\n",
                HEAD + "Transfer-Encoding: gzip\r\n\r\n",
                HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Content-Length : 5\r\n\r\nhello",
                HEAD + " Content-Length: 5\r\n\r\nhello",
                HEAD + "A: b\r\n c\r\n\r\n",
                HEAD + "A: b\nC: d\r\n\r\n",
                HEAD + "A: b\rC: d\r\n\r\n",
                HEAD + "A: b\u0000\r\n\r\n",
                HEAD + "no colon\r\n\r\n",
                HEAD + ": empty\r\n\r\n",
                "POST /echo HTTP/1.1\nHost: x\n\n",
                "POST /echo HTTP/1.1\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "POST  /echo HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /echo\r\nHost: x\r\n\r\n",
                "POST /echo HTTP/1.1 \r\nHost: x\r\n\r\n",
                " POST /echo HTTP/1.1\r\nHost: x\r\n\r\n",
                "\r\n\r\n\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void aRequestThatTwoReadersCouldReadDifferentlyIsRefusedAndTheConnectionClosed(String request) throws IOException {
        String answer = ask(request, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("Connection: close")
                .doesNotContain("smuggled");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nhello\r\n0\r\n\r\n",
                "-1\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "\r\nhello\r\n0\r\n\r\n",
                "ffffffffffff\r\nhello"
            })
    void aMalformedChunkedBodyIsRefusedAndTheConnectionClosed(String body) throws IOException {
        String answer =
                ask(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + body, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("smuggled");
        assertThat(asked).doesNotContain("/smuggled");
    }

    @Test
    void aBodyNobodyReadsIsAnsweredOnceWhenItIsMalformed() throws IOException {
        String answer = ask("POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void aChunkedBodyInPiecesWithExtensionsAndTrailersIsReadAndTheNextRequestAfterIt() throws IOException {
        String answer = ask(
                HEAD + "Transfer-Encoding: Chunked\r\n\r\n",
                "5;x=y\r\nhel",
                "lo\r\n1 ; z\r\n!\r",
                "\n0\r\nTrailer: t\r\n",
                "\r\nGET /echo HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n");
        assertThat(answer).contains("<hello!>").contains("<>");
        assertThat(asked).containsExactly("/echo", "/echo");
    }

    @Test
    void theSameLengthTwiceIsOneLength() throws IOException {
        assertThat(ask(HEAD + "Content-Length: 2\r\ncontent-length: 2\r\nConnection: close\r\n\r\nhi"))
                .contains("<hi>");
    }

    @Test
    void requestsInOnePieceAreAnsweredInOrder() throws IOException {
        String answer = ask(HEAD + "Content-Length: 1\r\n\r\na" + HEAD + "Content-Length: 1\r\n\r\nb" + HEAD
                + "Content-Length: 1\r\nConnection: close\r\n\r\nc");
        assertThat(answer.indexOf("<a>")).isPositive().isLessThan(answer.indexOf("<b>"));
        assertThat(answer.indexOf("<b>")).isLessThan(answer.indexOf("<c>"));
    }

    @Test
    void aBodyThatNobodyReadIsNeverTakenForARequest() throws IOException {
        String hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        String last =
                ask("POST /ending HTTP/1.1\r\nHost: x\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden);
        assertThat(last).contains("ending").doesNotContain("smuggled");
        String answer = ask("POST /deaf HTTP/1.1\r\nHost: x\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden
                + "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains("deaf").contains("<>").doesNotContain("smuggled");
        assertThat(asked).containsExactly("/ending", "/deaf", "/echo");
    }

    @Test
    void anHttp10RequestIsAnsweredAndTheConnectionClosedWithOrWithoutAHost() throws IOException {
        assertThat(ask("GET /echo HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("<>");
        assertThat(ask("GET /echo HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(ask("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi")).contains("<hi>");
    }

    @Test
    void anHttp10RequestUpgradesNothing() {
        String upgrade = "GET /ws HTTP/1.0\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        byte[] head = upgrade.getBytes(StandardCharsets.US_ASCII);
        assertThat(RequestHead.read(head, 0, head.length))
                .isInstanceOfSatisfying(
                        RequestHead.Reading.Valid.class,
                        valid -> assertThat(new String(valid.head().bytes(), StandardCharsets.US_ASCII))
                                .doesNotContainIgnoringCase("upgrade")
                                .contains("Connection: close"));
    }

    @Test
    void aFragmentIsNoPartOfARequest() throws IOException {
        assertThat(ask("GET /echo#x HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void anotherVersionIsRefusedWith505() throws IOException {
        assertThat(ask("GET /echo HTTP/2.0\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    }

    @Test
    void aBodyOrAHeadThatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
        assertThat(ask(HEAD + "Content-Length: 2000000\r\n\r\n" + "x".repeat(100_000)))
                .startsWith("HTTP/1.1 413 ");
        assertThat(ask(HEAD + "Transfer-Encoding: chunked\r\n\r\n1e8480\r\n" + "x".repeat(100_000)))
                .startsWith("HTTP/1.1 413 ");
        assertThat(ask(HEAD + "A: " + "x".repeat(100_000) + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(asked).doesNotContain("/smuggled");
    }

    @Test
    void aConnectionThatTheClientWantsClosedIsClosedAfterTheAnswer() throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write((HEAD + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("<>");
        }
    }
}
