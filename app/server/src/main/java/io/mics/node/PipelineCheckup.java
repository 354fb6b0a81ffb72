package io.mics.node;

import io.mics.conversation.Reply;
import io.mics.conversation.remote.GrpcPipelineNodes;
import io.mics.conversation.remote.RemoteConversations;
import io.mics.node.settings.NodeConfig;
import io.mics.protocol.ConversationRef;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisSettings;
import io.mics.redis.RedisTimeouts;
import io.mics.routing.link.Peer;
import io.mics.routing.redis.RedisNodeRegistry;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * One look for a node of the cluster with the role {@code pipeline}, for whoever wants to know whether a gateway
 * without it will be served. Is no member of the cluster, and changes nothing.
 */
public final class PipelineCheckup {
    private static final ConversationRef.Group ANY = new ConversationRef.Group("doctor");

    private static final int ATTEMPTS = 3;

    private PipelineCheckup() {}

    /** What was found. */
    public sealed interface Result {
        /** One answers, of so many live nodes. */
        record Answers(int live) implements Result {}

        /** None does, and why. */
        record Missing(String how) implements Result {}

        /** Redis, where the nodes are listed, does not answer. */
        record NotKnown(String how) implements Result {}
    }

    /** Asks the cluster in the Redis at {@code address}, about a tenant; blocks a few seconds at most. */
    public static Result of(NodeConfig config, RedisAddress address, String tenant) {
        try (Redis redis = Redis.open(
                address, RedisTimeouts.of(config.get(RedisSettings.SECTION).commandTimeout()))) {
            return switch (RedisNodeRegistry.live(redis)) {
                case RedisOutcome.Unavailable<List<Peer>> away -> new Result.NotKnown(away.cause());
                case RedisOutcome.Value<List<Peer>> live -> ask(config, live.value(), tenant);
            };
        }
    }

    private static Result ask(NodeConfig config, List<Peer> live, String tenant) {
        if (live.isEmpty()) {
            return new Result.Missing("no node of the cluster runs");
        }
        try (GrpcPipelineNodes nodes = new GrpcPipelineNodes(() -> live, Cluster.linkSettings(config))) {
            RemoteConversations conversations = new RemoteConversations(nodes);
            String cause = "";
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) { // the first ones also connect
                if (!(conversations.isMember(tenant, ANY, "doctor")
                        instanceof Reply.Unavailable<Boolean> unavailable)) {
                    return new Result.Answers(live.size());
                }
                cause = unavailable.cause();
            }
            return new Result.Missing(cause);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return new Result.Missing("cluster.tls cannot be used: " + e.getMessage());
        }
    }
}
