/**
 * Hook dispatch from Kafka: a consumer group for each point (sent, delivered, recalled) and one for retries read all
 * tenants' topics and hand what they read to the dispatcher; what fails goes to the tenant's retry topic and in the
 * end to its dead letter topic. An offset is committed when every call before it succeeded or is safe in another
 * topic; for a hook that may not be notified twice the commit says so before the call. Never decides which hooks are
 * called. Four virtual threads, {@code mics-hooks-{point}} and {@code mics-hooks-retry}, read and never wait for a
 * hook; one per topic writes while there is something to write.
 */
@NullMarked
package io.mics.hook.dispatch.kafka;

import org.jspecify.annotations.NullMarked;
