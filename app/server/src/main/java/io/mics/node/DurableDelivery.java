package io.mics.node;

import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.Conversations;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.LargeGroups;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSender;
import io.mics.pipeline.KafkaFanOut;
import io.mics.pipeline.MemoryFanOut;
import io.mics.routing.delivery.GroupFanOut;
import java.util.function.LongSupplier;

/** How stored messages come to devices: at once, and to large groups by tasks, in Kafka where it is configured. */
final class DurableDelivery {
    private final Foundation foundation;
    private final LargeGroups large;

    private DurableDelivery(Foundation foundation, LargeGroups large) {
        this.foundation = foundation;
        this.large = large;
    }

    /**
     * Begins to serve tasks.
     *
     * @param ids the next identity of a delivery, unique in the cluster
     */
    static ConversationDelivery open(
            Foundation foundation,
            Conversations conversations,
            GroupMembers members,
            GroupFanOut fanOut,
            LongSupplier ids) {
        LargeGroups large =
                new LargeGroups(foundation.tenants(), members, conversations, fanOut, foundation.wheel(), ids);
        DurableDelivery delivery = new DurableDelivery(foundation, large);
        LargeGroups.Tasks tasks =
                foundation.kafka().<LargeGroups.Tasks>map(delivery::kafka).orElseGet(delivery::memory);
        return new ConversationDelivery(foundation.tenants(), members, fanOut, ids, large, tasks);
    }

    private KafkaFanOut kafka(KafkaSender sender) {
        KafkaFanOut tasks = KafkaFanOut.start(
                new KafkaFanOut.Settings(
                        foundation.config().kafka(0).producer().connection(),
                        foundation
                                .config()
                                .get(KafkaEventSettings.SECTION)
                                .conversationTopics()
                                .fanout(),
                        KafkaGroup.Timing.DEFAULT),
                large,
                sender,
                foundation.metrics());
        foundation.lifecycle().forgetTenant("fan-out", tasks::forget);
        return foundation.lifecycle().add("fan-out", tasks);
    }

    private MemoryFanOut memory() {
        MemoryFanOut tasks = new MemoryFanOut(large, foundation.metrics());
        foundation.lifecycle().forgetTenant("fan-out", tasks::forget);
        return foundation.lifecycle().add("fan-out", tasks);
    }
}
