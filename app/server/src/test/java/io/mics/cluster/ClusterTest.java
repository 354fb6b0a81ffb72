package io.mics.cluster;

import java.io.IOException;
import org.junit.jupiter.api.Tag;

@Tag("engine")
class ClusterTest extends ClusterContract {
    @Override
    ThreeNodes start(String limits) throws IOException {
        return new ThreeNodes(limits);
    }
}
