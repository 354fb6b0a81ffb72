package io.mics.node.settings;

import io.mics.admin.AdminSettings;
import io.mics.config.Settings;
import io.mics.config.SettingsSection;
import io.mics.console.PlaygroundSettings;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.config.HooksSettings;
import io.mics.lifecycle.DrainSettings;
import io.mics.listener.AddressSettings;
import io.mics.message.DuplicateWindow;
import io.mics.offline.OfflineMemory;
import io.mics.redis.RedisSettings;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.link.ClusterSettings;
import io.mics.store.StoreSettings;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.ws.QueueSettings;
import io.mics.ws.WsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything set for one node, read from {@code mics.yaml}, {@code tenants.yaml} and the environment. Immutable; a
 * reload makes a new one.
 *
 * @param settings what capabilities read, each its own
 * @param tenants  who is served
 */
public record NodeConfig(Settings settings, ServedTenants tenants) {
    /** Every section of {@code mics.yaml} but {@code defaults}, in the order in which they are read. */
    static final List<SettingsSection<?>> SECTIONS = List.of(
            KafkaEventSettings.SECTION,
            RedisSettings.SECTION,
            QueueSettings.Frames.SECTION,
            NodeSettings.SECTION,
            AdminSettings.SECTION,
            DrainSettings.SECTION,
            WsSettings.SECTION,
            AddressSettings.SECTION,
            ClusterSettings.SECTION,
            QueueSettings.Inbound.SECTION,
            QueueSettings.Outbound.SECTION,
            OfflineMemory.SECTION,
            DuplicateWindow.Limits.SECTION,
            GroupSettings.SECTION,
            HooksSettings.SECTION,
            StoreSettings.SECTION,
            TracingSettings.SECTION,
            LogSection.SECTION,
            PlaygroundSettings.SECTION);

    /**
     * Whom a node serves.
     *
     * @param playground whether the built-in tenants are there: no Redis, no Kafka and no tenant is configured
     * @param defaults   the settings a tenant has where it sets nothing
     * @param all        every tenant; the playground's two alone when that is open
     * @param inFile     the ids that {@code tenants.yaml} itself holds
     */
    public record ServedTenants(
            boolean playground, TenantSettings defaults, List<TenantConfig> all, List<String> inFile) {}

    /** The settings of one section. */
    public <T extends Record> T get(SettingsSection<T> section) {
        return settings.get(section);
    }

    /** What the node is and where it listens. */
    public NodeSettings node() {
        return get(NodeSettings.SECTION);
    }

    /** This node's name. */
    public String nodeId() {
        return node().nodeId();
    }

    /** The address to listen on: loopback alone while an open playground is not public. */
    public String bindAddress() {
        boolean hidden =
                tenants.playground() && !get(PlaygroundSettings.SECTION).publicAccess();
        return hidden ? "127.0.0.1" : node().host();
    }

    /** Bytes of one message body, inclusive; 0 is unlimited. */
    public int maxMessageBytes() {
        return get(QueueSettings.Frames.SECTION).maxMessageBytes();
    }

    /** How events, and events of hooks, go to Kafka; {@code epoch} is this start, 0 without a directory. */
    public KafkaSettings kafka(long epoch) {
        int record = maxMessageBytes() == 0 ? 0 : maxMessageBytes() + QueueSettings.FRAME_OVERHEAD_BYTES;
        return get(KafkaEventSettings.SECTION).of(nodeId(), epoch, record);
    }

    /** The tenant with this id. */
    public Optional<TenantConfig> tenant(String id) {
        return tenants.all().stream().filter(tenant -> tenant.id().equals(id)).findFirst();
    }

    /** This one with everything of {@code next} that can change while running. */
    NodeConfig takeOver(NodeConfig next) {
        return new NodeConfig(settings.takeOver(next.settings), next.tenants);
    }

    /** The keys of {@code next} that take effect only at the next start. */
    public List<String> frozen(NodeConfig next) {
        NodeConfig taken = takeOver(next);
        List<String> keys = new ArrayList<>(taken.settings.differences(next.settings));
        if (!bindAddress().equals(next.bindAddress()) && !keys.contains("host")) {
            keys.add("host");
        }
        return keys;
    }
}
