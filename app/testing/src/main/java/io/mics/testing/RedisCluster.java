package io.mics.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real Redis Cluster of three masters. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private final List<RedisServer> masters;

    private RedisCluster(List<RedisServer> masters) {
        this.masters = masters;
    }

    /** A running cluster, all slots covered. */
    public static RedisCluster start() {
        List<RedisServer> masters = new ArrayList<>();
        for (int i = 0; i < MASTERS; i++) {
            masters.add(RedisServer.running("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
        }
        for (int i = 0; i < MASTERS; i++) {
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
                    .forEach(slot -> words.add(Integer.toString(slot)));
            masters.get(i).command(words.toArray(String[]::new));
            masters.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            masters.get(i)
                    .command(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(masters.getFirst().port()));
        }
        for (RedisServer master : masters) {
            Await.until("cluster", () -> {
                String state = master.command("CLUSTER", "INFO");
                return state.contains("cluster_state:ok") && state.contains("cluster_known_nodes:" + MASTERS);
            });
        }
        return new RedisCluster(masters);
    }

    /** The servers. */
    public List<RedisServer> masters() {
        return masters;
    }

    /** {@code redis-cluster://} and where they are. */
    public String uri() {
        return masters.stream()
                .map(master -> "127.0.0.1:" + master.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    @Override
    public void close() {
        masters.forEach(RedisServer::close);
    }
}
