"""What admins are told by direct message."""

from typing import assert_never

from bot.domain.people import Channel
from bot.protocol import Reply, Text
from bot.store.notices import Kind, Notice


def notice(told: Notice) -> Reply:
    match told.kind:
        case Kind.STOCK:
            return _scarce(told.channel, int(told.detail))
        case Kind.PAUSED:
            return _paused(told.channel, told.detail)
        case Kind.HINDERED:
            return _hindered(told.channel, told.detail)
        case _:
            assert_never(told.kind)


def _scarce(channel: Channel, left: int) -> Reply:
    few = f"Only {left} unasked {'question is' if left == 1 else 'questions are'} left"
    what = few if left else "Every question has been asked; they come again"
    where = f" in {channel.name}" if channel.name else ""
    return Reply("Stock is low", (Text(f"{what}{where}. Add packs or widen the filters with /drill schedule."),))


def _paused(channel: Channel, reason: str) -> Reply:
    why = Text(f"I cannot post in {_place(channel)}: {reason}.")
    return Reply(
        "Drills are paused", (why, Text("Mend it, then use /drill resume there, or /drill schedule in another channel."))
    )


def _hindered(channel: Channel, lacks: str) -> Reply:
    what = Text(f"In {_place(channel)} I lack a permission: {lacks}.")
    return Reply(
        "A permission is missing", (what, Text("Drills go on without a thread: replies and the Answer button still count."))
    )


def _place(channel: Channel) -> str:
    return f"#{channel.name}" if channel.name else "a channel"
