package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.mics.proto.node.v1.NodeAnswer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The client's end of one stream, by hand. */
final class ClientStream implements LinkStream.Events, AutoCloseable {
    private final LinkChannels channels = new LinkChannels(TestPeers.PATIENT);
    final BlockingQueue<NodeAnswer> answers = new LinkedBlockingQueue<>();
    final LinkStream stream;

    ClientStream(int port) {
        ManagedChannel channel = channels.to("127.0.0.1:" + port);
        stream = new LinkStream(channel, this);
    }

    Optional<Peer> hello(Peer self, String token) throws InterruptedException {
        return hello(self, 0, token);
    }

    Optional<Peer> hello(Peer self, long askedEpoch, String token) throws InterruptedException {
        stream.open(self, askedEpoch, token);
        return stream.awaitHello(TimeUnit.SECONDS.toNanos(10));
    }

    void send(long id, String user) {
        stream.send(List.of(TestPeers.offer(user).setId(id).build()), false);
    }

    NodeAnswer next() throws InterruptedException {
        NodeAnswer answer = answers.poll(10, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        return answer;
    }

    @Override
    public void answered(NodeAnswer answer) {
        answers.add(answer);
    }

    @Override
    public void writable() {}

    @Override
    public void close() {
        stream.close();
        channels.close();
    }
}
