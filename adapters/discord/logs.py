"""discord.py's own log, in ours: one line an entry, and never a token."""

import logging
import re

import structlog

log = structlog.get_logger()

# The token of an interaction stands in its address.
SECRET = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s]+")
UNUSED = "voice will NOT be supported"


class Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        text = SECRET.sub(r"\1…", record.getMessage())
        if UNUSED in text:
            return
        error = record.exc_info[1] if record.exc_info else None
        more = {"error": f"{type(error).__name__}: {str(error)[:200]}"} if error else {}
        log.warning("discord.py", said=text[:300], **more)


def forward() -> None:
    """Send what discord.py logs from warnings up to our log; once in a process."""
    theirs = logging.getLogger("discord")
    if not any(isinstance(handler, Forward) for handler in theirs.handlers):
        theirs.addHandler(Forward(logging.WARNING))
        theirs.propagate = False
