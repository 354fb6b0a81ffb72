package io.mics.admin.chat;

/** A user or a group that is written to; an empty name is none yet. */
record ChatTarget(String name, boolean group) {
    /** The conversation's id as {@code user} names it. */
    String conversation(String user) {
        if (group) {
            return "group:" + name;
        }
        return user.compareTo(name) < 0 ? "single:" + user + ":" + name : "single:" + name + ":" + user;
    }

    @Override
    public String toString() {
        return group ? "group " + name : name;
    }
}
