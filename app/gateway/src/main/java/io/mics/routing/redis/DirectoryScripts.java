package io.mics.routing.redis;

import io.mics.redis.Script;

/** What the directory does in Redis. */
final class DirectoryScripts {
    static final Script REGISTER_ROUTE = Script.load("register-route");
    static final Script UNREGISTER_ROUTE = Script.load("unregister-route");
    static final Script RENEW_ROUTE = Script.load("renew-route");
    static final Script FIND_ROUTES = Script.load("find-routes");
    static final Script SWEEP_ROUTES = Script.load("sweep-routes");
    static final Script INDEX_USERS = Script.load("index-users");
    static final Script FORGET_USERS = Script.load("forget-users");
    static final Script PICK_USERS = Script.load("pick-users");
    static final Script ADMIT_CONNECTION = Script.load("admit-connection");
    static final Script RELEASE_CONNECTION = Script.load("release-connection");
    static final Script COUNT_CONNECTIONS = Script.load("count-connections");
    static final Script SHARE_RATE = Script.load("share-rate");
    static final Script JOIN_NODE = Script.load("join-node");
    static final Script RENEW_NODE = Script.load("renew-node");
    static final Script LIST_NODES = Script.load("list-nodes");
    static final Script LEAVE_NODE = Script.load("leave-node");

    private DirectoryScripts() {}
}
