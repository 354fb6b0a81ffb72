/**
 * The one face of the Kafka client library: connecting and security, whether brokers answer, sending records of a
 * topic together and learning the fate of each, and consumer groups that commit an offset once everything before it is
 * settled. Technology only: topics' names, keys, headers and records belong to the capabilities that use it. Senders
 * block their callers, which are virtual threads. Virtual threads of its own: {@code kafka-watch}, one per consumer
 * loop, and {@code write-{topic}} while records wait for a topic.
 */
@NullMarked
package io.mics.kafka;

import org.jspecify.annotations.NullMarked;
