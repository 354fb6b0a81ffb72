package io.mics.session;

/** One device of one user of one tenant. */
record DeviceKey(String tenant, String user, String device) {
    static DeviceKey of(Session session) {
        return new DeviceKey(session.tenant().id(), session.user(), session.device());
    }
}
