package io.mics.observe;

import java.util.List;

/** Every metric the server exports: its Prometheus name, its kind and its labels in the order values are given. */
public enum Metric {
    WS_CONNECTIONS("mics_ws_connections", Kind.GAUGE, "node"),
    WS_CONNECTED("mics_ws_connected_total", Kind.COUNTER, "tenant", "node"),
    WS_DISCONNECTED("mics_ws_disconnected_total", Kind.COUNTER, "tenant", "node", "code"),
    WS_LEFT_EARLY("mics_ws_left_early_total", Kind.COUNTER, "node"),
    WS_HEARTBEAT_TIMEOUTS("mics_ws_heartbeat_timeouts_total", Kind.COUNTER, "tenant"),
    CONNECT_DURATION("mics_connect_duration_ms", Kind.HISTOGRAM, "tenant"),
    MESSAGES_IN("mics_messages_in_total", Kind.COUNTER, "tenant", "type"),
    MESSAGES_REJECTED("mics_messages_rejected_total", Kind.COUNTER, "tenant", "reason"),
    MESSAGES_FAILED("mics_messages_failed_total", Kind.COUNTER, "tenant"),
    LOG_APPENDS("mics_log_appends_total", Kind.COUNTER, "tenant", "outcome"),
    LOG_APPEND_DURATION("mics_log_append_duration_ms", Kind.HISTOGRAM, "tenant"),
    PIPELINE_LAG("mics_pipeline_lag", Kind.GAUGE, "tenant"),
    PIPELINE_MESSAGES("mics_pipeline_messages_total", Kind.COUNTER, "tenant", "outcome"),
    PIPELINE_BATCHES("mics_pipeline_batches_total", Kind.COUNTER, "tenant"),
    PIPELINE_RETRIES("mics_pipeline_retries_total", Kind.COUNTER, "tenant"),
    PIPELINE_COMMIT_DURATION("mics_pipeline_commit_duration_ms", Kind.HISTOGRAM, "tenant"),
    STORE_BATCH_MESSAGES("mics_store_batch_messages", Kind.HISTOGRAM, "node"),
    STORE_COMMIT_DURATION("mics_store_commit_duration_ms", Kind.HISTOGRAM, "node"),
    FANOUT_LAG("mics_fanout_lag", Kind.GAUGE, "tenant"),
    FANOUT_CHUNKS("mics_fanout_chunks_total", Kind.COUNTER, "tenant", "outcome"),
    WAL_BACKLOG("mics_wal_backlog", Kind.GAUGE, "tenant"),
    WAL_MESSAGES("mics_wal_messages_total", Kind.COUNTER, "tenant", "outcome"),
    DISTRIBUTIONS("mics_distributions_total", Kind.COUNTER, "tenant", "outcome"),
    DISTRIBUTION_BACKLOG("mics_distribution_backlog", Kind.GAUGE, "tenant"),
    DEDUP_HITS("mics_dedup_hits_total", Kind.COUNTER, "tenant"),
    RATE_LIMITED("mics_rate_limited_total", Kind.COUNTER, "tenant", "kind"),
    DELIVERIES("mics_deliveries_total", Kind.COUNTER, "tenant", "via"),
    GROUP_MESSAGES("mics_group_messages_total", Kind.COUNTER, "tenant"),
    GROUP_MEMBERS("mics_group_members_total", Kind.COUNTER, "tenant"),
    GROUP_MEMBERS_SKIPPED("mics_group_members_skipped_total", Kind.COUNTER, "tenant"),
    GROUP_OFFLINE_NOTIFIED("mics_group_offline_notified_total", Kind.COUNTER, "tenant"),
    GROUP_OFFLINE_BUFFERED("mics_group_offline_buffered_total", Kind.COUNTER, "tenant"),
    GROUP_OFFLINE_BUFFER_SKIPPED("mics_group_offline_buffer_skipped_total", Kind.COUNTER, "tenant"),
    OFFLINE_BUFFERED("mics_offline_buffered_total", Kind.COUNTER, "tenant", "via"),
    OFFLINE_NOTIFIED("mics_offline_notified_total", Kind.COUNTER, "tenant"),
    OFFLINE_DRAINED("mics_offline_drained_total", Kind.COUNTER, "tenant", "node"),
    OFFLINE_DRAINED_FROM_HOOK("mics_offline_drained_from_hook_total", Kind.COUNTER, "tenant", "node"),
    OFFLINE_PULL_SKIPPED("mics_offline_pull_skipped_total", Kind.COUNTER, "tenant", "field"),
    OFFLINE_DRAIN_FAILED("mics_offline_drain_failed_total", Kind.COUNTER, "tenant", "reason"),
    OFFLINE_BUFFER_EVICTED("mics_offline_buffer_evicted_total", Kind.COUNTER, "tenant", "reason"),
    HOOK_REQUESTS("mics_hook_requests_total", Kind.COUNTER, "tenant", "op", "result"),
    HOOK_CHECK_MESSAGE("mics_hook_check_message_total", Kind.COUNTER, "tenant", "result"),
    HOOK_GET_GROUP_MEMBERS("mics_hook_get_group_members_total", Kind.COUNTER, "tenant", "result"),
    HOOK_GET_OFFLINE_MESSAGES("mics_hook_get_offline_messages_total", Kind.COUNTER, "tenant", "result"),
    HOOK_LIMITER_REJECTED("mics_hook_limiter_rejected_total", Kind.COUNTER, "tenant", "op", "reason"),
    HOOK_WAIT("mics_hook_wait_ms", Kind.HISTOGRAM, "tenant", "op"),
    HOOK_DURATION("mics_hook_duration_ms", Kind.HISTOGRAM, "tenant", "op"),
    HOOK_ANSWER_BYTES("mics_hook_answer_bytes", Kind.GAUGE, "node"),
    HOOK_EXECUTIONS("hook_executions_total", Kind.COUNTER, "tenant", "hook", "version", "point", "result"),
    HOOK_CIRCUIT_STATE("hook_circuit_state", Kind.GAUGE, "tenant", "hook"),
    HOOK_RATE_LIMITED("hook_rate_limited_total", Kind.COUNTER, "tenant", "hook"),
    HOOK_ROLLBACKS("hook_rollbacks_total", Kind.COUNTER, "tenant", "hook"),
    HOOK_AUDIT_DROPPED("hook_audit_dropped_total", Kind.COUNTER, "node"),
    HOOK_RECORDS_DROPPED("hook_records_dropped_total", Kind.COUNTER, "node"),
    PRE_SEND_HOOK_LATENCY("pre_send_hook_latency", Kind.HISTOGRAM, "tenant", "hook", "message_type"),
    POST_SEND_HOOK_SUCCESS("post_send_hook_success_total", Kind.COUNTER, "tenant", "hook", "message_type"),
    POST_SEND_HOOK_FAILURE("post_send_hook_failure_total", Kind.COUNTER, "tenant", "hook", "message_type"),
    POST_SEND_HOOK_LATENCY("post_send_hook_latency", Kind.HISTOGRAM, "tenant", "hook", "message_type"),
    HOOK_DEAD_LETTERS("hook_dead_letters_total", Kind.COUNTER, "tenant", "hook", "message_type"),
    HOOK_NOTICES_DROPPED("hook_notices_dropped_total", Kind.COUNTER, "tenant", "point", "reason"),
    GRPC_FORWARD_FAILED("mics_grpc_forward_failed_total", Kind.COUNTER, "tenant", "via", "status"),
    GRPC_FORWARD_DURATION("mics_grpc_forward_duration_ms", Kind.HISTOGRAM, "tenant", "via"),
    GRPC_IN_DURATION("mics_grpc_in_duration_ms", Kind.HISTOGRAM, "tenant", "via"),
    GRPC_CIRCUIT_OPEN("mics_grpc_circuit_open_total", Kind.COUNTER, "node"),
    MQ_PUBLISHED("mics_mq_published_total", Kind.COUNTER, "tenant", "topic", "event_type"),
    MQ_FAILED("mics_mq_failed_total", Kind.COUNTER, "tenant", "topic", "event_type"),
    MQ_RETRIED("mics_mq_retried_total", Kind.COUNTER, "tenant", "event_type"),
    MQ_DLQ("mics_mq_dlq_total", Kind.COUNTER, "tenant", "event_type"),
    MQ_DROPPED("mics_mq_dropped_total", Kind.COUNTER, "tenant", "reason"),
    MQ_PUBLISH_DURATION("mics_mq_publish_duration_ms", Kind.HISTOGRAM, "tenant"),
    MQ_QUEUED("mics_mq_queued", Kind.GAUGE, "tenant"),
    MQ_TOPIC_MISSING("mics_mq_topic_missing", Kind.GAUGE, "tenant"),
    DEAD_NODE_CLEANUPS("mics_dead_node_cleanups_total", Kind.COUNTER, "node"),
    REDIS_FALLBACK("mics_redis_fallback_total", Kind.COUNTER, "tenant", "op"),
    OUTBOUND_DROPPED("mics_outbound_dropped_total", Kind.COUNTER, "tenant"),
    SLOW_CONSUMERS_CLOSED("mics_slow_consumers_closed_total", Kind.COUNTER, "tenant"),
    DEVICE_FLAPPING("mics_device_flapping_total", Kind.COUNTER, "tenant"),
    FRAMES_IGNORED("mics_frames_ignored_total", Kind.COUNTER, "tenant"),
    OUTBOUND_QUEUED_BYTES("mics_outbound_queued_bytes", Kind.GAUGE, "node"),
    INBOUND_BUFFERED_BYTES("mics_inbound_buffered_bytes", Kind.GAUGE, "node"),
    INBOUND_GAVE_WAY("mics_inbound_gave_way_total", Kind.COUNTER, "tenant"),
    OFFLINE_BUFFERED_BYTES("mics_offline_buffered_bytes", Kind.GAUGE, "node"),
    NODE_LOADED("mics_node_loaded", Kind.GAUGE, "node"),
    READER_WAITS("mics_reader_waits_total", Kind.COUNTER, "node"),
    FANOUTS_WAITING("mics_fanouts_waiting", Kind.GAUGE, "node"),
    MEMBER_LIST_BYTES("mics_member_list_bytes", Kind.GAUGE, "node"),
    LIMIT_PERMITS_IN_USE("mics_limit_permits_in_use", Kind.GAUGE, "tenant", "limit"),
    CLUSTER_MEMBERS("mics_cluster_members", Kind.GAUGE, "node"),
    DIRECTORY_AVAILABLE("mics_directory_available", Kind.GAUGE, "node"),
    ROUTE_CACHE("mics_route_cache_total", Kind.COUNTER, "result"),
    ROUTES_STALE("mics_routes_stale_total", Kind.COUNTER, "tenant"),
    DEDUP_WINDOWS_LOST("mics_dedup_windows_lost_total", Kind.COUNTER, "tenant"),
    REDELIVERIES_DROPPED("mics_redeliveries_dropped_total", Kind.COUNTER, "tenant"),
    CONFIG_RELOADS("mics_config_reloads_total", Kind.COUNTER, "result"),
    HOOK_RELOADS("mics_hook_reloads_total", Kind.COUNTER, "result"),
    ACCEPT_FAILURES("mics_accept_failures_total", Kind.COUNTER, "port"),
    SILENT_SOCKETS_CLOSED("mics_silent_sockets_closed_total", Kind.COUNTER, "port"),
    SOCKETS_TIMED_OUT("mics_sockets_timed_out_total", Kind.COUNTER, "port"),
    CONNECTIONS_REFUSED("mics_connections_refused_total", Kind.COUNTER, "reason"),
    REQUESTS_REFUSED("mics_requests_refused_total", Kind.COUNTER, "status"),
    LOG_LINES_SUPPRESSED("mics_log_lines_suppressed_total", Kind.COUNTER, "node"),
    HEAP_USED("mics_heap_used_bytes", Kind.GAUGE, "node"),
    HEAP_LIMIT("mics_heap_limit_bytes", Kind.GAUGE, "node"),
    GC_PAUSES("mics_gc_pauses_total", Kind.COUNTER, "node"),
    GC_PAUSE_TIME("mics_gc_pause_ms_total", Kind.COUNTER, "node"),
    PLATFORM_THREADS("mics_platform_threads", Kind.GAUGE, "node"),
    CPU_TIME("mics_cpu_ms_total", Kind.COUNTER, "node"),
    OPEN_FILES("mics_open_files", Kind.GAUGE, "node"),
    OPEN_FILES_LIMIT("mics_open_files_limit", Kind.GAUGE, "node"),
    UPTIME("mics_uptime_seconds", Kind.GAUGE, "node"),
    BUILD_INFO("mics_build_info", Kind.GAUGE, "node", "version", "java");

    /** How a metric's values behave. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final String prometheusName;
    private final Kind kind;
    private final List<String> labels;
    private final MetricHelp.Words words;

    Metric(String prometheusName, Kind kind, String... labels) {
        this.prometheusName = prometheusName;
        this.kind = kind;
        this.labels = List.of(labels);
        this.words = MetricHelp.of(prometheusName);
    }

    /** The exported name. */
    public String prometheusName() {
        return prometheusName;
    }

    /** What it says, and in which unit; exported with it. */
    public String help() {
        return words.help();
    }

    /** What its values are measured in; empty where they count things. */
    public String unit() {
        return words.unit();
    }

    public Kind kind() {
        return kind;
    }

    public List<String> labels() {
        return labels;
    }
}
