package io.mics.loadtest.gatling;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A simulation by the name the command line calls it. */
enum Scene {
    CONNECT(ConnectSimulation.class, false),
    HEARTBEAT(HeartbeatSimulation.class, false),
    SINGLE_CHAT(SingleChatSimulation.class, true),
    GROUP_CHAT(GroupChatSimulation.class, true),
    OFFLINE(OfflineSimulation.class, true),
    DURABLE_CHAT(DurableChatSimulation.class, true),
    OFFLINE_RETURN(OfflineReturnSimulation.class, true);

    final Class<?> simulation;

    /** Whether it sends messages. */
    final boolean chats;

    Scene(Class<?> simulation, boolean chats) {
        this.simulation = simulation;
        this.chats = chats;
    }

    /** Whether it is of a durable tenant. */
    boolean isDurable() {
        return this == DURABLE_CHAT || this == OFFLINE_RETURN;
    }

    /** Whether those who receive are away while others write. */
    boolean isAway() {
        return this == OFFLINE || this == OFFLINE_RETURN;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Scene::label).toList();
    }

    static Scene named(String label) {
        for (Scene scene : values()) {
            if (scene.label().equals(label)) {
                return scene;
            }
        }
        throw new IllegalArgumentException(label + ": not one of " + names());
    }
}
