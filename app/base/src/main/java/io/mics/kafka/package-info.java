/**
 * The one face of the Kafka client library: connecting and security, whether brokers answer, sending records of a topic
 * together and learning the fate of each, and consumer groups that commit an offset once everything before it is
 * settled. Technology only: topics' names, keys, headers and records belong to the capabilities that use it. Senders
 * block their callers, which are virtual threads; {@code kafka-watch} and one thread per consumer loop run here.
 */
@NullMarked
package io.mics.kafka;

import org.jspecify.annotations.NullMarked;
