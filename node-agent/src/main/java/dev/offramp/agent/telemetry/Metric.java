package dev.offramp.agent.telemetry;

import java.util.List;

/** Every metric of the agent; {@code docs/metrics.md} lists the same. Names as Prometheus shows them. */
public enum Metric {
    FRAMES_ACCEPTED("offramp_frames_accepted_total", Kind.COUNTER, "Frames that became jobs.", "service"),
    FRAMES_REFUSED(
            "offramp_frames_refused_total",
            Kind.COUNTER,
            "Requests turned away, by error code; service is empty where none was named.",
            "service",
            "code"),
    JOBS_COMPLETED("offramp_jobs_completed_total", Kind.COUNTER, "Jobs that left at an exit.", "service", "exit"),
    JOBS_CORRECT(
            "offramp_jobs_correct_total",
            Kind.COUNTER,
            "Completed jobs whose frame came with its true label, and whose label was that.",
            "service",
            "exit"),
    JOBS_WITH_TRUTH(
            "offramp_jobs_with_truth_total",
            Kind.COUNTER,
            "Completed jobs whose frame came with its true label.",
            "service",
            "exit"),
    JOBS_LOST("offramp_jobs_lost_total", Kind.COUNTER, "Jobs without an answer, by reason.", "service", "reason"),
    SHADOW_JOBS_COMPLETED(
            "offramp_shadow_jobs_completed_total",
            Kind.COUNTER,
            "Of the completed jobs, those that ran to the final exit whatever their thresholds.",
            "service"),
    SHADOW_JOBS_LOST(
            "offramp_shadow_jobs_lost_total",
            Kind.COUNTER,
            "Of the lost jobs, those that were to run to the final exit whatever their thresholds.",
            "service"),
    JOBS_IN_FLIGHT("offramp_jobs_in_flight", Kind.GAUGE, "Jobs accepted here and without an outcome.", "service"),
    JOB_LATENCY(
            "offramp_job_latency_seconds",
            Kind.HISTOGRAM,
            "From a frame's arrival to its completion, at the ingress.",
            "service"),
    HOP_RECEIVED("offramp_hop_received_total", Kind.COUNTER, "Jobs that came to a hop.", "chain", "hop"),
    HOP_FORWARDED("offramp_hop_forwarded_total", Kind.COUNTER, "Jobs it sent on.", "chain", "hop"),
    HOP_COMPLETED("offramp_hop_completed_total", Kind.COUNTER, "Jobs that left at its exits.", "chain", "hop"),
    HOP_LOST("offramp_hop_lost_total", Kind.COUNTER, "Jobs lost at it, by reason.", "chain", "hop", "reason"),
    HOP_SERVED("offramp_hop_served_total", Kind.COUNTER, "Inferences it finished.", "chain", "hop"),
    HOP_SERVICE_TIME(
            "offramp_hop_service_seconds_total",
            Kind.COUNTER,
            "Time that these inferences kept a server from others.",
            "chain",
            "hop"),
    HOP_TIME(
            "offramp_hop_time_seconds",
            Kind.HISTOGRAM,
            "What jobs' time at a hop is made of: queue, compute, serialise, and network, to the next hop and back.",
            "chain",
            "hop",
            "part"),
    QUEUE_JOBS("offramp_queue_jobs", Kind.GAUGE, "Jobs held, the ones in service included."),
    QUEUE_BYTES("offramp_queue_bytes", Kind.GAUGE, "Bytes of their activations."),
    PRIORITY_JOBS("offramp_priority_jobs", Kind.GAUGE, "Of the jobs held, those of a priority.", "priority"),
    PRIORITY_RECEIVED(
            "offramp_priority_received_total",
            Kind.COUNTER,
            "Jobs of a priority that came to the node's hops.",
            "priority"),
    PRIORITY_LOST(
            "offramp_priority_lost_total",
            Kind.COUNTER,
            "Jobs of a priority that were lost at them, by reason.",
            "priority",
            "reason"),
    SERVER_BUSY("offramp_server_busy_seconds_total", Kind.COUNTER, "Time the server was busy."),
    LINK_SENT("offramp_link_sent_total", Kind.COUNTER, "Jobs sent to a neighbour.", "peer"),
    LINK_RESOLVED("offramp_link_resolved_total", Kind.COUNTER, "Of these, jobs with an outcome.", "peer"),
    LINK_PENDING("offramp_link_pending", Kind.GAUGE, "Of these, jobs without.", "peer"),
    LINK_UP("offramp_link_up", Kind.GAUGE, "1 while the stream to a neighbour is open.", "peer"),
    LINK_ROUND_TRIP(
            "offramp_link_round_trip_seconds", Kind.GAUGE, "The shortest lately, to a neighbour and back.", "peer"),
    LINK_SPEED("offramp_link_bytes_per_second", Kind.GAUGE, "How fast bytes have lately come to a neighbour.", "peer"),
    LINK_ACTIVATIONS(
            "offramp_link_activations_total",
            Kind.COUNTER,
            "Activations sent to a neighbour, by the codec they travelled in.",
            "peer",
            "codec"),
    LINK_ACTIVATION_BYTES(
            "offramp_link_activation_bytes_total", Kind.COUNTER, "Bytes of these activations.", "peer", "codec"),
    LINK_WIRE_BYTES("offramp_link_wire_bytes_total", Kind.COUNTER, "Bytes that travelled for them.", "peer", "codec"),
    LINK_CODEC(
            "offramp_link_codec",
            Kind.GAUGE,
            "1 for the codec in use for a chain's activations to a neighbour.",
            "peer",
            "chain",
            "hop",
            "codec"),
    LINK_RECONNECTS("offramp_link_reconnects_total", Kind.COUNTER, "Attempts to open a stream again."),
    MALFORMED_MESSAGES(
            "offramp_malformed_messages_total", Kind.COUNTER, "Messages of neighbours that say not what they must."),
    UNDECODED(
            "offramp_activations_undecoded_total",
            Kind.COUNTER,
            "Activations of neighbours in a codec that is not known here, or that were not what their codec makes."),
    LATE_OUTCOMES("offramp_late_outcomes_total", Kind.COUNTER, "Outcomes that came after the job's was decided."),
    CAMERA_UP("offramp_camera_up", Kind.GAUGE, "1 while a camera's frames come.", "camera", "service"),
    CAMERA_FRAMES("offramp_camera_frames_total", Kind.COUNTER, "Frames that came from a camera.", "camera", "service"),
    CAMERA_SERVED(
            "offramp_camera_frames_served_total",
            Kind.COUNTER,
            "Of these, those that became jobs.",
            "camera",
            "service"),
    CAMERA_SKIPPED(
            "offramp_camera_frames_skipped_total",
            Kind.COUNTER,
            "Of these, those that did not: newer (a newer one came), rate (its cap), or an error code.",
            "camera",
            "service",
            "reason"),
    CAMERA_RECONNECTS(
            "offramp_camera_reconnects_total", Kind.COUNTER, "Attempts to reach a camera again.", "camera", "service"),
    RECEIVER_UP("offramp_receiver_up", Kind.GAUGE, "1 while a receiver takes outcomes.", "receiver", "service"),
    RECEIVER_SENT(
            "offramp_receiver_outcomes_sent_total",
            Kind.COUNTER,
            "Outcomes a receiver was sent.",
            "receiver",
            "service"),
    RECEIVER_DROPPED(
            "offramp_receiver_outcomes_dropped_total",
            Kind.COUNTER,
            "Outcomes it was not: unreachable, queue_full, undeliverable (every attempt failed) or rejected.",
            "receiver",
            "service",
            "reason"),
    OUTCOMES_DROPPED("offramp_outcomes_dropped_total", Kind.COUNTER, "Outcomes that a slow subscriber did not get."),
    CONSERVATION_RESIDUAL(
            "offramp_conservation_residual", Kind.GAUGE, "Jobs unaccounted for over all ledgers; must be 0."),
    CORE_FAILURES("offramp_core_failures_total", Kind.COUNTER, "Events the core failed on; each is a bug."),
    EPOCH("offramp_epoch", Kind.GAUGE, "Epoch of the active placement."),
    POLICY_VERSION("offramp_policy_version", Kind.GAUGE, "Version of the policy in force.", "service"),
    EMULATED("offramp_emulated", Kind.GAUGE, "1 where the board is emulated.", "board"),
    COORDINATOR_ATTACHED("offramp_coordinator_attached", Kind.GAUGE, "1 while commands come through."),
    ACCESS_REFUSED(
            "offramp_access_refused_total",
            Kind.COUNTER,
            "Strangers, and members that overstep, that were refused, by reason; only with certificates.",
            "reason"),
    CONNECTIONS(
            "offramp_connections",
            Kind.GAUGE,
            "Connections that others have opened here, by whether they have proved to be members; only with certificates.",
            "proved"),
    CONNECTIONS_ENDED_UNPROVED(
            "offramp_connections_ended_unproved_total",
            Kind.COUNTER,
            "Connections that were let in and ended without such a proof; only with certificates."),
    CERTIFICATE_END(
            "offramp_certificate_end_seconds",
            Kind.GAUGE,
            "When the node's certificate ends, in seconds since 1970; only with certificates."),
    INSECURE("offramp_insecure", Kind.GAUGE, "1 where --insecure lets everybody connect."),
    RESIDENT_MEMORY("offramp_resident_memory_bytes", Kind.GAUGE, "Memory of the process."),
    BOARD_TEMPERATURE(
            "offramp_board_temperature_celsius", Kind.GAUGE, "Of the processor; absent where no sensor says it."),
    BOARD_AVAILABLE_MEMORY(
            "offramp_board_available_memory_bytes", Kind.GAUGE, "What processes may still take without swapping."),
    BOARD_STORAGE_READ_ONLY(
            "offramp_board_storage_read_only", Kind.GAUGE, "1 where the agent's files can no longer be written."),
    BOARD_PROBLEM(
            "offramp_board_problem",
            Kind.GAUGE,
            "1 while low voltage or heat holds the board back in this way.",
            "problem"),
    BOARD_PROBLEM_SINCE_BOOT(
            "offramp_board_problem_since_boot",
            Kind.GAUGE,
            "1 where it has done so since the board started; without Raspberry Pi firmware, since the agent did.",
            "problem");

    /** How a metric behaves. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final String title;
    private final Kind kind;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // List.of copies
    private final List<String> tags;

    Metric(String title, Kind kind, String help, String... tags) {
        this.title = title;
        this.kind = kind;
        this.help = help;
        this.tags = List.of(tags);
    }

    /** As Prometheus shows it. */
    public String title() {
        return title;
    }

    public Kind kind() {
        return kind;
    }

    public String help() {
        return help;
    }

    public List<String> tags() {
        return tags;
    }
}
