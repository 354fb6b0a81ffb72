package io.mics.loadtest;

/** A cursor over the fields of one encoded {@code MessageRequest}; reused, so that reading one allocates nothing. */
final class ClientMessage {
    /** Where the fields from msg_id on begin: what comes before is the session's to say. */
    int kept;

    int end;
    int idFrom;
    int idTo;
    int toFrom;
    int toTo;
    int groupFrom;
    int groupTo;
    boolean group;
    boolean timestamp;

    /** Finds the fields of the message in {@code [from, to)}. Fields are expected in the order of their numbers. */
    void read(byte[] in, int from, int to) {
        kept = from;
        end = to;
        idFrom = idTo = toFrom = toTo = groupFrom = groupTo = from;
        group = false;
        timestamp = false;
        for (int at = from; at < to; ) {
            int tag = (int) Wire.varint(in, at);
            int value = Wire.varintEnd(in, at);
            int next = Wire.skip(in, value, tag & 7);
            switch (tag >>> 3) {
                case 1, 2, 3 -> kept = next;
                case 4 -> {
                    idFrom = Wire.varintEnd(in, value);
                    idTo = next;
                }
                case 5 -> group = in[value] == 1;
                case 6 -> {
                    toFrom = Wire.varintEnd(in, value);
                    toTo = next;
                }
                case 7 -> {
                    groupFrom = Wire.varintEnd(in, value);
                    groupTo = next;
                }
                case 9 -> timestamp = true;
                default -> {}
            }
            at = next;
        }
    }
}
