"""What the gateway counts, for Prometheus. One registry per application, so tests do not share counts."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# From a warm understanding-only turn (10 ms) to the engine's time-out.
TURN_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The gateway's counters and gauges."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.accepted = Counter(
            "kotha_messages_accepted", "Messages stored", ["channel"], registry=self.registry
        )
        self.duplicates = Counter(
            "kotha_messages_duplicate", "Repeats of a stored message", ["channel"], registry=self.registry
        )
        self.refused = Counter(
            "kotha_messages_refused", "Requests and frames refused", ["code"], registry=self.registry
        )
        self.ignored = Counter(
            "kotha_events_ignored",
            "Events of a platform that are none of ours",
            ["channel", "why"],
            registry=self.registry,
        )
        self.turns = Counter("kotha_turns", "Turns by outcome", ["outcome"], registry=self.registry)
        self.turn_seconds = Histogram(
            "kotha_turn_seconds", "Claim to commit", buckets=TURN_BUCKETS, registry=self.registry
        )
        self.engine_failures = Counter(
            "kotha_engine_failures", "Turns the engine did not answer", ["kind"], registry=self.registry
        )
        self.deliveries = Counter(
            "kotha_deliveries", "Messages to push channels", ["channel", "outcome"], registry=self.registry
        )
        self.account_refusals = Counter(
            "kotha_account_refusals",
            "Accounts a platform refused: for a moment, revoked, ours again",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.poll_failures = Counter(
            "kotha_poll_failures",
            "Requests for updates that failed",
            ["channel", "error"],
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "kotha_dead_letters", "Platforms' updates nobody could read", ["channel"], registry=self.registry
        )
        self.channel_ok = Gauge(
            "kotha_channel_ok", "1 while a platform can be used", ["channel"], registry=self.registry
        )
        self.sockets = Gauge("kotha_sockets", "Open sockets", registry=self.registry)
        self.consoles = Gauge("kotha_consoles", "Open sockets of agents' consoles", registry=self.registry)
        self.sockets_cut = Counter(
            "kotha_sockets_cut", "Sockets closed by us", ["code"], registry=self.registry
        )
        self.backlog = Gauge("kotha_backlog", "Conversations waiting for the bot", registry=self.registry)
        self.oldest_waiting = Gauge(
            "kotha_oldest_waiting_seconds", "How long the oldest of them has waited", registry=self.registry
        )
        self.hints = Counter(
            "kotha_hints",
            "Commits of others, as PostgreSQL told",
            ["kind"],
            registry=self.registry,
        )
        self.hints_listening = Gauge(
            "kotha_hints_listening",
            "0 while others' commits are found by polls",
            registry=self.registry,
        )
        self.hints_listening.set(1)  # on SQLite nobody is missed
        self.overloaded = Gauge(
            "kotha_overloaded", "1 while messages are refused for those that wait", registry=self.registry
        )
        self.drain = Gauge("kotha_draining", "1 while shutting down", registry=self.registry)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
