"""The log on standard error: for people in a terminal, one JSON object a line otherwise.

What is logged holds ids, never what people wrote, their names, or a token. So tracebacks are plain: no values of variables.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import Processor

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
# Their warnings quote whole messages of people.
WORDY = ("slack_bolt", "slack_sdk")


def configure(level: int, out: TextIO | None = None) -> None:
    """Ours at *level*; libraries' warnings and worse, in the same shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    shape = _shape((out or sys.stderr).isatty())
    structlog.configure(
        processors=[*shared, *shape],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Standard error is looked up for each line: who runs us may put another one in its place.
        logger_factory=lambda *_: structlog.PrintLogger(out or sys.stderr),
    )
    _libraries(shared, shape, out, max(level, logging.WARNING))


def _shape(terminal: bool) -> list[Processor]:
    if terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


class _Handler(logging.Handler):
    """Writes lines as structlog's own logger does."""

    def __init__(self, out: TextIO | None) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=self._out or sys.stderr, flush=True)


def _libraries(shared: list[Processor], shape: list[Processor], out: TextIO | None, level: int) -> None:
    handler = _Handler(out)
    named: list[Processor] = [structlog.stdlib.add_logger_name, *shared]
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=named, processors=[ProcessorFormatter.remove_processors_meta, *shape])
    )
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in WORDY:
        logging.getLogger(name).setLevel(max(level, logging.ERROR))
