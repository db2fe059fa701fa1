"""What a Reply is made of: plain text in a closed union of blocks. Adapters import these from bot.protocol."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """LEAD is what the message is about, NOTE is aside and may be shown small."""

    BODY = "body"
    LEAD = "lead"
    NOTE = "note"


class Mark(StrEnum):
    """A symbol that stands beside words, never alone."""

    FULL = "✓"
    PARTIAL = "◐"
    MISSED = "✗"
    NONE = "•"


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    tone: Tone = Tone.BODY


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be shown as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Checklist:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """header and every row have the same number of cells. own: the index of the asker's own row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    own: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    command: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG; alt tells what it shows to those who cannot see it, chart is the same drawn with characters, for a terminal."""

    png: bytes
    alt: str
    chart: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A text file to keep. excerpt: what is shown of it where files cannot be attached."""

    name: str
    text: str
    excerpt: str


Block = Text | Code | Checklist | Table | Buttons | Image | File


@dataclass(frozen=True, slots=True)
class Reply:
    """What to show.

    public: where the event itself was public (a reply to the post), the one line to show there; the rest is for the asker alone:
    whispered where the platform can, else behind a `score` button.
    reaction: a mark to put on the asker's own message.
    ping: the id of a role or group to notify, chosen by an admin.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    public: str = ""
    reaction: Mark | None = None
    ping: str = ""
