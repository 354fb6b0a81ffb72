package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metrics;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.OfferBacklog;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisTimeouts;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.link.GrpcLinks;
import io.mics.routing.link.LinkSettings;
import io.mics.routing.link.NodeLinks.Reply;
import io.mics.routing.link.Peer;
import io.mics.routing.redis.RedisNodeRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose calls the nodes of a cluster answer. */
@Tag("engine")
class LinkMembersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final LinkSettings SETTINGS = new LinkSettings(
            ThreeNodes.TOKEN, PATIENCE, 1, 1 << 20, 0, Duration.ZERO, PATIENCE, 1 << 20, Optional.empty());

    private static Reply ask(Peer self, Peer node) throws InterruptedException {
        try (GrpcLinks links = new GrpcLinks(() -> self, SETTINGS, new Metrics(), gone -> {})) {
            return links.call(
                    node,
                    NodeCall.newBuilder()
                            .setOfferBacklog(OfferBacklog.newBuilder()
                                    .setTenantId(ThreeNodes.TENANT)
                                    .setUserId("u1")));
        }
    }

    @Test
    void whoKnowsTheTokenButIsNoMemberIsNotAnswered() throws Exception {
        try (ThreeNodes cluster = new ThreeNodes("devices-per-user: 2");
                Redis redis = Redis.open(
                        ((RedisAddress.Parsed.Valid) RedisAddress.parse(cluster.redisUri)).address(),
                        RedisTimeouts.of(PATIENCE))) {
            RedisNodeRegistry registry = new RedisNodeRegistry(redis, Duration.ofSeconds(30));
            Peer member = ((NodeRegistry.Joining.Joined) registry.join("node-4", "127.0.0.1:1", false)).self();
            NodeRegistry.Members members = ((NodeRegistry.Renewal.Renewed) registry.renew(member)).members();
            Peer node = members.live().getFirst();
            assertThat(node.node()).isEqualTo("node-1");
            for (Peer nobody : new Peer[] {
                new Peer("node-5", member.epoch(), "127.0.0.1:1"), new Peer("node-4", member.epoch() + 1, "127.0.0.1:1")
            }) {
                assertThat(ask(nobody, node))
                        .isInstanceOf(Reply.NotAsked.class)
                        .asString()
                        .contains("no member of this cluster");
            }
            assertThat(ask(member, node))
                    .as("joined, not yet renewed by the node")
                    .isInstanceOf(Reply.Answered.class);
        }
    }
}
