package io.mics.cluster;

import java.io.IOException;

class ClusterTest extends ClusterContract {
    @Override
    ThreeNodes start(String limits) throws IOException {
        return new ThreeNodes(limits);
    }
}
