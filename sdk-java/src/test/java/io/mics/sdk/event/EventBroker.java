package io.mics.sdk.event;

import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.HookSignature;
import io.mics.sdk.testing.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A real Kafka with a producer that writes events as the gateway does. */
public final class EventBroker implements AutoCloseable {
    public static final String SECRET = "dev-secret";

    private final KafkaBroker broker = KafkaBroker.running();
    private final Admin admin = broker.admin();
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all", "linger.ms", "0"),
            new StringSerializer(),
            new ByteArraySerializer());

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** As {@code kill -9}. */
    public void kill() {
        broker.kill();
    }

    /** Again, with all it had. */
    public void restart() throws IOException {
        broker.start();
    }

    public static String topic(String tenantId) {
        return "im-mics-" + tenantId + "-event";
    }

    public void createTopic(String tenantId, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic(tenantId), Optional.of(partitions), Optional.empty())))
                .all()
                .get();
    }

    /** Signed, with all headers; the partition is the key's. */
    public void send(MqEvent event, String identity) throws Exception {
        byte[] value = HookSignature.sign(SECRET, event).toByteArray();
        ProducerRecord<String, byte[]> producerRecord =
                withHeaders(new ProducerRecord<>(topic(event.getTenantId()), event.getUserId(), value), identity);
        if (event.getEventType() == EventType.CONNECT_ONLINE || event.getEventType() == EventType.CONNECT_OFFLINE) {
            producerRecord.headers().add("mics-session-id", session(identity).getBytes(StandardCharsets.UTF_8));
        }
        producer.send(producerRecord).get();
    }

    /** The session a connect event of this identity is of. */
    static String session(String identity) {
        return "of-" + identity;
    }

    /** Signed, with all headers, to this partition. */
    public void send(int partition, MqEvent event, String identity) throws Exception {
        byte[] value = HookSignature.sign(SECRET, event).toByteArray();
        send(topic(event.getTenantId()), partition, event.getUserId(), value, identity);
    }

    /** Message {@code m{i}}, of identity {@code {user}-1-{i}}; on topic "shared" the message is {@code {user}m{i}}. */
    void sendNumbered(String tenantId, int partition, String user, int i) {
        String id = (tenantId.equals("shared") ? user : "") + "m" + i;
        try {
            send(partition, message(EventType.SINGLE_CHAT_MSG, tenantId, user, "u9", id), user + "-1-" + i);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Anything; without an identity no header at all. */
    public void send(
            String topic, @Nullable Integer partition, String key, byte @Nullable [] value, @Nullable String identity)
            throws InterruptedException, ExecutionException {
        producer.send(withHeaders(new ProducerRecord<>(topic, partition, key, value), identity))
                .get();
    }

    private static ProducerRecord<String, byte[]> withHeaders(
            ProducerRecord<String, byte[]> producerRecord, @Nullable String identity) {
        if (identity != null) {
            producerRecord.headers().add("mics-event-id", identity.getBytes(StandardCharsets.UTF_8));
            producerRecord.headers().add("traceparent", "00-aa-bb-01".getBytes(StandardCharsets.UTF_8));
            producerRecord.headers().add("feature_version", "7".getBytes(StandardCharsets.UTF_8));
        }
        return producerRecord;
    }

    /** What a group has committed; 0 for a partition without a commit. */
    public long committed(String group, String tenantId, int partition) throws Exception {
        OffsetAndMetadata offset = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(new TopicPartition(topic(tenantId), partition));
        return offset == null ? 0 : offset.offset();
    }

    /** A message event; its content is the message alone. */
    public static MqEvent message(EventType type, String tenantId, String from, String to, String msgId) {
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId(tenantId)
                .setUserId(from)
                .setMsgId(msgId)
                .setToUserId(to)
                .build();
        return MqEvent.newBuilder()
                .setTenantId(tenantId)
                .setEventType(type)
                .setMsgId(msgId)
                .setUserId(from)
                .setToUserId(to)
                .setEventData(message.toByteString())
                .build();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
        broker.close();
    }
}
