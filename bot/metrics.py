"""What is counted while the bot runs, for /metrics. Labels are platforms, lanes and kinds: never people, channels or texts."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
CONTENT_TYPE = CONTENT_TYPE_LATEST

# Grading takes milliseconds; lateness is counted in seconds up to the six hours after which a day is given up.
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
EVENTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LATE = (1, 5, 15, 60, 300, 900, 3600, 21600)

ANSWERS = Counter("drillbot_answers_graded_total", "Answers graded and recorded.", ["platform"], registry=REGISTRY)
GRADING = Histogram("drillbot_grading_seconds", "Grading one answer.", buckets=QUICK, registry=REGISTRY)
HANDLING = Histogram(
    "drillbot_event_seconds",
    "One event, until its reply is shown.",
    ["platform"],
    buckets=EVENTS,
    registry=REGISTRY,
)
POSTS = Counter("drillbot_posts_total", "Drills posted.", ["platform"], registry=REGISTRY)
LATENESS = Histogram(
    "drillbot_post_lateness_seconds", "From a drill's opening time until it was posted.", buckets=LATE, registry=REGISTRY
)
RETRIES = Counter("drillbot_retries_total", "Deliveries put off to be tried again.", ["platform", "lane"], registry=REGISTRY)
ERRORS = Counter("drillbot_errors_total", "What went wrong.", ["kind"], registry=REGISTRY)
TICKS = Histogram("drillbot_tick_seconds", "One look for work in the database.", ["lane"], buckets=QUICK, registry=REGISTRY)
QUEUE = Gauge("drillbot_queue", "Claimed work that is being done now.", ["lane"], registry=REGISTRY)
GATEWAYS = Gauge("drillbot_gateway_connected", "1 while the platform is connected.", ["platform"], registry=REGISTRY)
REFUSALS = Counter("drillbot_rate_limited_total", "Events refused because one person sent too many.", ["what"], registry=REGISTRY)

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def page() -> bytes:
    """As Prometheus reads it."""
    return generate_latest(REGISTRY)
