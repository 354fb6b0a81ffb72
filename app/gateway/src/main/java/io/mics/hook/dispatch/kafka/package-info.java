/**
 * Hook dispatch from Kafka: one consumer group for each role reads all tenants' topics and hands what it reads to the
 * dispatcher; what fails goes to the tenant's retry topic and in the end to its dead letter topic. An offset is
 * committed when every call before it succeeded or is safe in another topic; for a hook that may not be notified twice
 * the commit says so before the call. Four virtual threads read and never wait for a hook; one per topic writes while
 * there is something to write.
 */
@NullMarked
package io.mics.hook.dispatch.kafka;

import org.jspecify.annotations.NullMarked;
