package io.mics.event;

/**
 * An accepted event that is not sent yet.
 *
 * @param number      its number on this node, part of its identity
 * @param bytes       what it is charged to the bounds; a body shared with the event before it is charged once
 * @param size        its bytes on the wire, about
 * @param sinceNanos  when it was accepted, a reading of {@link System#nanoTime()}
 */
public record QueuedEvent(Event event, long number, long bytes, int size, long sinceNanos) {}
