package io.mics.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.asLongAsDuring;
import static io.gatling.javaapi.core.CoreDsl.bodyBytes;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.http.action.ws.WsInboundMessage;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.WsFrameCheck;
import java.time.Duration;
import java.util.List;

/** What every user of every simulation does around the part in which the simulations differ. */
final class Steps {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(100);
    /** What may arrive at one connection between two of its steps; more would be lost, and the counts would say so. */
    private static final int ROOM = 1 << 16;

    private final Load load;

    Steps(Load load) {
        this.load = load;
    }

    /** Connects all users, lets them do their part for the duration, waits for the last frame, and hangs up. */
    PopulationBuilder around(ChainBuilder part) {
        Settings settings = load.settings;
        return scenario(settings.scene().label())
                .exec(load::enter)
                .exec(ws("connect").connect(load::url).await(TIMEOUT).on(connectAck()))
                .exitHereIfFailed()
                .exec(asLongAs(session -> load.isOpening()).on(pause(TICK), keepAlive()))
                .pause(Duration.ZERO, settings.interval())
                .exec(during(settings.durationSeconds()).on(part))
                .exec(session -> {
                    load.tally.stopped.incrementAndGet();
                    return session;
                })
                .exec(asLongAsDuring(session -> !load.tally.isSettled(), settling())
                        .on(pause(TICK), drain(), keepAlive()))
                .pause(TICK.multipliedBy(5))
                .exec(ping(), drain())
                .exec(session -> {
                    if (!session.isFailed()) {
                        load.tally.finished.incrementAndGet();
                    }
                    return session;
                })
                .exec(ws("close").close())
                .injectOpen(rampUsers(settings.connections()).during(Math.max(1, settings.rampSeconds())))
                .protocols(http.wsUnmatchedInboundMessageBufferSize(ROOM));
    }

    /** Those who left come back after a while, and a second time for what one return does not bring. */
    private Duration settling() {
        return load.settings.scene().isAway()
                ? TIMEOUT.multipliedBy(2).plusSeconds(load.settings.awaySeconds())
                : TIMEOUT;
    }

    /** Does nothing but keep the connection from being closed for silence. */
    ChainBuilder idle() {
        return exec(pause(TICK), keepAlive());
    }

    /** One ping and its pong, at the rate set. */
    ChainBuilder heartbeat() {
        return exec(pace(load.settings.interval()), ping());
    }

    /** One message and its ack, at the rate set. */
    ChainBuilder chat() {
        CheckBuilder newest = bodyBytes()
                .transformWithSession(
                        (byte[] bytes, Session session) -> Load.client(session).isAckOfNewest(bytes))
                .is(true);
        return exec(
                pace(load.settings.interval()),
                drain(),
                exec(ws("send")
                        .sendBytes(session -> Load.client(session).message())
                        .await(TIMEOUT)
                        .on(ws.checkBinaryMessage("ack").matching(newest).check(counted()))),
                drain());
    }

    private static ChainBuilder keepAlive() {
        return exec(doIf(session -> Load.client(session).isIdle()).then(ping()));
    }

    private static ChainBuilder ping() {
        CheckBuilder isPong = bodyBytes().transform(Client::isPong).is(true);
        return exec(
                drain(),
                exec(ws("ping")
                        .sendBytes(session -> Load.client(session).ping())
                        .await(TIMEOUT)
                        .on(ws.checkBinaryMessage("pong").matching(isPong).check(counted()))));
    }

    /** Counts what arrived outside a check. Sending throws such frames away, so this stands directly before it. */
    private static ChainBuilder drain() {
        return exec(ws.processUnmatchedMessages(Steps::count));
    }

    private static Session count(List<WsInboundMessage> frames, Session session) {
        boolean good = true;
        for (WsInboundMessage frame : frames) {
            if (frame instanceof WsInboundMessage.Binary binary) {
                good &= Load.client(session).received(binary.message());
            }
        }
        return good ? session : session.markAsFailed();
    }

    private static WsFrameCheck connectAck() {
        CheckBuilder isConnectAck = bodyBytes().transform(Client::isConnectAck).is(true);
        return ws.checkBinaryMessage("connect_ack").matching(isConnectAck).check(counted());
    }

    private static CheckBuilder counted() {
        return bodyBytes()
                .transformWithSession(
                        (byte[] bytes, Session session) -> Load.client(session).received(bytes))
                .is(true);
    }
}
