package io.mics.node;

import io.mics.admin.GroupsApi;
import io.mics.conversation.CachedGroupMembers;
import io.mics.conversation.CatchUp;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.ConversationLog;
import io.mics.conversation.ConversationUseCases;
import io.mics.conversation.Conversations;
import io.mics.conversation.DurableTenants;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.Reply;
import io.mics.conversation.catchup.CatchUpPush;
import io.mics.conversation.remote.GrpcPipelineNodes;
import io.mics.conversation.remote.RemoteConversations;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Lifecycle;
import io.mics.node.playground.PlaygroundStore;
import io.mics.node.settings.StartRefusedException;
import io.mics.observe.LastAnswer;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.IdForm;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantReader;
import io.mics.tenant.Tenants;
import java.util.Optional;

/**
 * Durable conversations as this node's clients and operators are served them, wherever the store is.
 *
 * @param log           what messages are appended to
 * @param conversations what is stored
 * @param members       who is in a group
 * @param devices       brings changes to devices
 * @param catchUp       pushes what devices missed that do not ask for it
 */
record DurableConversations(
        Foundation foundation,
        ConversationLog log,
        Conversations conversations,
        CachedGroupMembers members,
        ConversationDelivery devices,
        CatchUp catchUp)
        implements PlaygroundStore.Opened {
    /** A group that is asked about by who only wants an answer. */
    private static final ConversationRef.Group NO_GROUP = new ConversationRef.Group("readyz");

    /** Whether some tenant is durable, but for the playground's. */
    static boolean wanted(Tenants tenants) {
        return tenants.all().stream()
                .anyMatch(tenant ->
                        tenant.settings().isDurable() && !tenant.id().equals(TenantReader.PLAYGROUND_DURABLE));
    }

    /**
     * Those of a node that opens no store: messages are appended to Kafka, and what is stored is asked of another node.
     * Empty where neither is configured and no tenant is durable.
     */
    static Optional<DurableConversations> elsewhere(Messaging messaging) {
        Foundation foundation = messaging.foundation();
        Optional<KafkaSender> kafka = foundation.kafka();
        if (messaging.cluster().isEmpty() || kafka.isEmpty()) {
            if (wanted(foundation.tenants())) {
                throw new StartRefusedException(
                        "roles",
                        "is without pipeline, and some tenant's messages are durable: that takes redis.uri, to find a"
                                + " node with that role, and kafka.bootstrap-servers, to append messages to");
            }
            return Optional.empty();
        }
        Cluster cluster = messaging.cluster().get();
        Lifecycle lifecycle = foundation.lifecycle();
        GrpcPipelineNodes nodes = lifecycle.add(
                "pipeline nodes", new GrpcPipelineNodes(cluster::others, Cluster.linkSettings(foundation.config())));
        Conversations conversations = new RemoteConversations(nodes);
        addLogDetail(foundation);
        foundation
                .observability()
                .detail(
                        "pipeline",
                        new LastAnswer(
                                "ready-pipeline",
                                PipelineRole.MOMENT,
                                () -> unavailable(foundation.tenants(), conversations)));
        CachedGroupMembers members = members(messaging, lifecycle, conversations);
        return Optional.of(new DurableConversations(
                foundation,
                DurableLog.appendingTo(kafka.get(), foundation, lifecycle),
                conversations,
                members,
                devices(messaging, members),
                catchUp(foundation, lifecycle, conversations, members)));
    }

    /** Why no other node answers what is stored; empty when one does, and where no tenant is durable. */
    private static Optional<String> unavailable(Tenants tenants, Conversations conversations) {
        return tenants.all().stream()
                .filter(tenant -> tenant.settings().isDurable())
                .findAny()
                .flatMap(tenant -> conversations.isMember(tenant.id(), NO_GROUP, NO_GROUP.group())
                                instanceof Reply.Unavailable<Boolean> away
                        ? Optional.of(away.cause() + "; messages are accepted, and stored once one is back")
                        : Optional.empty());
    }

    /** Says in {@code /readyz} that Kafka is away, where it is the log. */
    static void addLogDetail(Foundation foundation) {
        foundation
                .kafka()
                .ifPresent(kafka -> foundation
                        .observability()
                        .detail("log", () -> kafka.unavailable().map(cause -> "Kafka is away: " + cause)));
    }

    static CachedGroupMembers members(Messaging messaging, Lifecycle lifecycle, Conversations conversations) {
        CachedGroupMembers members = new CachedGroupMembers(messaging.backend(), conversations, System::nanoTime);
        lifecycle.forgetTenant("group members", members::forget);
        return members;
    }

    static CatchUp catchUp(
            Foundation foundation, Lifecycle lifecycle, Conversations conversations, GroupMembers members) {
        return lifecycle.add("catch-up", CatchUpPush.start(conversations, members, foundation.wheel()));
    }

    static ConversationDelivery devices(Messaging messaging, GroupMembers members) {
        return new ConversationDelivery(
                messaging.foundation().tenants(),
                members,
                messaging.deliveries().toGroup(),
                messaging.ids()::next);
    }

    @Override
    public ConversationUseCases useCases(DurableTenants.Hooks hooks) {
        return new ConversationUseCases(
                new ConversationUseCases.Ports(
                        log,
                        conversations,
                        members,
                        devices,
                        hooks.preSend(),
                        hooks.recallPermission(),
                        hooks.events(),
                        catchUp),
                foundation.config().maxMessageBytes(),
                foundation.wheel(),
                foundation.metrics(),
                foundation.hooks().traces());
    }

    /** What operators may ask and change of groups whose members are in the database. */
    GroupsApi groups() {
        return new GroupsApi(conversations, this::idsOfStoredGroups, members::forget);
    }

    private Optional<IdForm> idsOfStoredGroups(String tenant) {
        return foundation
                .tenants()
                .find(tenant)
                .filter(it -> it.settings().isDurable() && !CachedGroupMembers.asksBackend(it))
                .map(Tenant::ids);
    }
}
