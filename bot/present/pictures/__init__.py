"""What can be seen at a glance, as PNG: pure functions from data to an Image block whose alt text tells the same in words.

matplotlib is imported only when the first picture is drawn: it takes a second, and starting must stay fast.
"""

import threading
from collections.abc import Callable
from typing import ParamSpec

import structlog

from bot.present.pictures.climb import picture as climb_picture
from bot.present.pictures.page import picture as page_picture
from bot.protocol import Image
from bot.service.pages import Page
from bot.service.recap import Climb

__all__ = ["drawn", "of_climb", "of_page"]

log = structlog.get_logger()
Data = ParamSpec("Data")

# matplotlib is not made for threads; and on a Monday morning many recaps must not take the processor from the answers.
_ONE_AT_A_TIME = threading.Lock()


def of_page(seen: Page) -> Image:
    """A learner's last 12 weeks as a calendar, and what they know by topic."""
    with _ONE_AT_A_TIME:
        return page_picture(seen)


def of_climb(seen: Climb) -> Image:
    """Points over the weeks, a line for each learner."""
    with _ONE_AT_A_TIME:
        return climb_picture(seen)


def drawn(picture: Callable[Data, Image], *args: Data.args, **kwargs: Data.kwargs) -> tuple[Image, ...]:
    """The picture, or none when it cannot be drawn: a text that is complete without it must not wait for our mending."""
    try:
        return (picture(*args, **kwargs),)
    except Exception:
        log.exception("picture not drawn")
        return ()
