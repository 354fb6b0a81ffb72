package io.mics.loadtest.durable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a message is called by its sender: unique among all devices.
 *
 * @param device the device's number
 * @param number the message's, counted by its device
 */
record MessageName(int device, int number) {
    private static final Pattern NAME = Pattern.compile("m(\\d{1,6})-(\\d{1,9})");

    /** The name of a message. */
    static String of(int device, int number) {
        return "m" + device + "-" + number;
    }

    /** Reads a name; a device of -1 when it is none. */
    static MessageName read(String name) {
        Matcher match = NAME.matcher(name);
        return match.matches()
                ? new MessageName(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)))
                : new MessageName(-1, 0);
    }
}
