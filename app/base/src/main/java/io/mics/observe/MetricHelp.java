package io.mics.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What each metric says, by its Prometheus name, and its unit; {@code -} where it counts things. */
final class MetricHelp {
    private static final Map<String, Words> BY_NAME = read("""
        mics_ws_connections - Sessions of this node now
        mics_ws_connected_total - Connections that became sessions
        mics_ws_disconnected_total - Sessions that ended, by close code
        mics_ws_left_early_total - Clients that left before they had a session
        mics_ws_heartbeat_timeouts_total - Sessions closed because their heartbeat did not come
        mics_connect_duration_ms ms Time from a handshake to its session
        mics_messages_in_total - Messages that came from clients, by type
        mics_messages_rejected_total - Messages refused, by reason
        mics_messages_failed_total - Messages answered FAILED
        mics_log_appends_total - Messages appended to the log of a durable tenant, by what became of it
        mics_log_append_duration_ms ms Time from the append to its outcome
        mics_pipeline_lag - Messages in the log that this node reads and has not settled
        mics_pipeline_messages_total - Messages read from the log, by what became of each
        mics_pipeline_batches_total - Transactions that stored messages
        mics_pipeline_retries_total - Batches that the database did not take at once
        mics_pipeline_commit_duration_ms ms Time a batch took to be stored
        mics_store_batch_messages - Messages stored by one transaction, of all tenants
        mics_store_commit_duration_ms ms Time a transaction that stored messages took, of all tenants
        mics_fanout_lag - Tasks of large groups that wait for this node
        mics_fanout_chunks_total - Chunks of large groups: served, or left for their members to ask for
        mics_wal_backlog - Messages in the write-ahead log that are not in Kafka yet, as this node saw last
        mics_wal_messages_total - Messages of the write-ahead log, by what became of them
        mics_distributions_total - Stored messages brought to devices, or left for them to ask for
        mics_distribution_backlog - Stored messages that wait to be brought to devices
        mics_dedup_hits_total - Messages recognised as sent again
        mics_rate_limited_total - Messages or connections over a tenant's limit, by kind of limit
        mics_deliveries_total - Recipients reached: here (local), on another node (grpc), from another (grpc_in)
        mics_group_messages_total - Messages to groups
        mics_group_members_total - Members of the groups that messages went to
        mics_group_members_skipped_total - Members left out because their ids are not valid
        mics_group_offline_notified_total - Absent members for whom an event was published
        mics_group_offline_buffered_total - Absent members a group message was buffered for
        mics_group_offline_buffer_skipped_total - Absent members for whom nothing could be buffered
        mics_offline_buffered_total - Messages buffered for absent users, by where and why
        mics_offline_notified_total - Messages for absent users that became events
        mics_offline_drained_total - Buffered messages handed to a session
        mics_offline_drained_from_hook_total - Messages pulled from the backend and handed to a session
        mics_offline_pull_skipped_total - Messages from the backend left out, by the field that is not valid
        mics_offline_drain_failed_total - Times a session did not get all that was buffered for its user, by reason
        mics_offline_buffer_evicted_total - Buffered messages dropped, by reason
        mics_hook_requests_total - Calls to tenants' backends, by operation and result
        mics_hook_check_message_total - Answers of /check-message, by result
        mics_hook_get_group_members_total - Answers of /get-group-members, by result
        mics_hook_get_offline_messages_total - Answers of /get-offline-messages, by result
        mics_hook_limiter_rejected_total - Calls to backends refused by a limit here, by operation and reason
        mics_hook_wait_ms ms Time calls to backends waited for a permit
        mics_hook_duration_ms ms Time calls to backends took, without the wait for a permit
        mics_hook_answer_bytes bytes Answers of backends and webhooks that are being read now
        hook_executions_total - Calls of hooks, by point, version and result
        hook_circuit_state - Circuit breaker of a hook: 0 closed, 1 half open, 2 open or suspended
        hook_rate_limited_total - Calls of hooks not made because of their rate limit
        hook_rollbacks_total - Versions of hooks taken out of service because their breaker opened
        hook_audit_dropped_total - Audit lines dropped
        hook_records_dropped_total - Recorded hook calls dropped
        pre_send_hook_latency ms Time calls of pre-send hooks took
        post_send_hook_success_total - Calls of post-send hooks that were answered
        post_send_hook_failure_total - Calls of post-send hooks that failed
        post_send_hook_latency ms Time calls of post-send hooks took
        hook_dead_letters_total - Hook calls given up after all attempts
        hook_notices_dropped_total - Hook calls dropped before their last attempt, by point and reason
        mics_grpc_forward_failed_total - Calls to other nodes that failed, by kind of call and status
        mics_grpc_forward_duration_ms ms Time calls to other nodes took
        mics_grpc_in_duration_ms ms Time calls of other nodes took here
        mics_grpc_circuit_open_total - Times the breaker of the link to a node opened
        mics_mq_published_total - Events written to Kafka, by kind of topic
        mics_mq_failed_total - Writes of events that failed, by kind of topic
        mics_mq_retried_total - Events written again after a failure
        mics_mq_dlq_total - Events given up and written to the dead-letter topic
        mics_mq_dropped_total - Events lost, by reason
        mics_mq_publish_duration_ms ms Time from an event to its confirmation by Kafka
        mics_mq_queued - Events that wait to be written
        mics_mq_topic_missing - 1 while a tenant's topic is missing
        mics_dead_node_cleanups_total - Dead nodes whose routes this node removed
        mics_redis_fallback_total - Decisions made without Redis, by operation
        mics_outbound_dropped_total - Frames dropped because a client reads too slowly
        mics_slow_consumers_closed_total - Sessions closed because a client reads too slowly
        mics_device_flapping_total - Connections refused because a device connects again too often
        mics_frames_ignored_total - Frames of clients that nothing is done with
        mics_outbound_queued_bytes bytes Frames that wait for clients' sockets
        mics_inbound_buffered_bytes bytes Messages that have begun and are not handled yet
        mics_inbound_gave_way_total - Connections closed because unfinished messages took all the room
        mics_offline_buffered_bytes bytes Messages buffered for absent users
        mics_node_loaded - 1 while threads wait for a processor
        mics_reader_waits_total - Times a connection waited for others of its tenant, or rested, on a loaded node
        mics_fanouts_waiting - Group messages that wait for their next slice of work
        mics_member_list_bytes bytes Group member lists in memory
        mics_limit_permits_in_use - Permits of a limit that are taken
        mics_cluster_members - Nodes of the cluster that are alive, as this node knows it
        mics_directory_available - 1 while Redis answers
        mics_route_cache_total - Look-ups of routes, by result
        mics_routes_stale_total - Users that were not where a cached route said
        mics_dedup_windows_lost_total - Times the memory of a device's sent messages was lost with its node
        mics_redeliveries_dropped_total - Messages for a node that does not answer that were dropped
        mics_config_reloads_total - Reloads of mics.yaml and tenants.yaml, by result
        mics_hook_reloads_total - Reloads of hooks.yaml, by result
        mics_accept_failures_total - Failed accepts of a port
        mics_silent_sockets_closed_total - Silent sockets closed for new ones, of a port
        mics_sockets_timed_out_total - Sockets closed because a request or answer took too long, of a port
        mics_connections_refused_total - Connections refused before their request, by reason
        mics_requests_refused_total - Malformed requests refused, by HTTP status
        mics_log_lines_suppressed_total - Log lines not written because there were too many of their kind
        mics_heap_used_bytes bytes Heap in use, garbage included
        mics_heap_limit_bytes bytes What the heap may grow to
        mics_gc_pauses_total - Times the garbage collector stopped every thread
        mics_gc_pause_ms_total ms Time every thread was stopped by the garbage collector
        mics_platform_threads - Platform threads now; virtual ones are not counted
        mics_cpu_ms_total ms Processor time used
        mics_open_files - Files and sockets open now
        mics_open_files_limit - Files and sockets the process may open
        mics_uptime_seconds seconds Time since the process began
        mics_build_info - 1, with the versions of server and Java as labels
        """);

    /**
     * One metric's words.
     *
     * @param unit what the value is measured in; empty where it counts things
     * @param text what it says
     */
    record Words(String unit, String text) {
        /** Both, as they are exported. */
        String help() {
            return unit.isEmpty() ? text : text + " (" + unit + ")";
        }
    }

    private MetricHelp() {}

    /** The words of the metric with this Prometheus name, which the table has. */
    static Words of(String name) {
        return Objects.requireNonNull(BY_NAME.get(name), name);
    }

    private static Map<String, Words> read(String table) {
        Map<String, Words> words = new HashMap<>();
        table.lines().map(line -> line.split(" ", 3)).forEach(line -> {
            if (words.put(line[0], new Words(line[1].equals("-") ? "" : line[1], line[2])) != null) {
                throw new IllegalArgumentException(line[0] + " is there twice");
            }
        });
        return Map.copyOf(words);
    }
}
