"""A white page of pixels with its origin at the top left: the only place that knows matplotlib.

Text is drawn as it is (no mathtext, so that a dollar sign is one), in the font that comes with matplotlib.
"""

import io
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

INK = "#1f2933"
FAINT = "#5f6b7a"
RULE = "#d9dee5"
# Pixels at the picture's own size; a phone shows it at about half of that. Nothing is smaller.
SMALLEST = 18
DPI = 100
# Drawn for a run of letters that the font has not, so that something is seen to stand there.
UNKNOWN = "□"
LONGEST = 80
# Controls, what turns text around, and marks that pile up on a letter.
INVISIBLE = ("Cc", "Cf", "Cs", "Mn", "Mc", "Me")

Align = Literal["left", "center", "right"]


class Canvas:
    def __init__(self, width: int, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
        self._canvas = FigureCanvasAgg(figure)
        self._axes = figure.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[], xlim=(0, width), ylim=(height, 0))

    def text(
        self, x: float, y: float, text: str, *, size: int = 22, color: str = INK, bold: bool = False, align: Align = "left"
    ) -> None:
        """*y* is the middle of the line."""
        assert size >= SMALLEST, "too small for a phone"
        self._axes.text(
            x,
            y,
            drawable(text),
            fontproperties=_properties(bold),
            fontsize=size * 72 / DPI,
            color=color,
            horizontalalignment=align,
            verticalalignment="center_baseline",
            parse_math=False,
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> None:
        from matplotlib.patches import Rectangle

        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=1.5))

    def line(self, points: list[tuple[float, float]], color: str, *, marker: str = "", thin: bool = False, every: int = 1) -> None:
        """marker: as matplotlib names them, at the last point and at each *every*-th one before it."""
        marked = range((len(points) - 1) % every, len(points), every)
        self._axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            color=color,
            linewidth=1 if thin else 2.6,
            marker=marker or "none",
            markersize=9,
            markeredgecolor="white",
            markevery=list(marked),
            zorder=1 if thin else 2,
            clip_on=False,
        )

    def png(self) -> bytes:
        out = io.BytesIO()
        self._canvas.print_png(out)
        return out.getvalue()


def fitted(text: str, size: int, width: float) -> str:
    """*text* cut so that it takes at most *width* pixels."""
    text = drawable(text)
    if measured(text, size) <= width:
        return text
    while text and measured(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def measured(text: str, size: int) -> float:
    """Pixels, a little too many: kerning is left out."""
    return sum(_advance(ord(character)) for character in text) * size


def drawable(text: str) -> str:
    """One line of what the font can show; accents stay where they are one character with their letter."""
    known = _known()
    made: list[str] = []
    for character in unicodedata.normalize("NFC", " ".join(text[: 4 * LONGEST].split())):
        if unicodedata.category(character) in INVISIBLE:
            continue
        if ord(character) in known:
            made.append(character)
        elif made[-1:] != [UNKNOWN]:
            made.append(UNKNOWN)
    return "".join(made)[:LONGEST] or (UNKNOWN if text else "")


@cache
def _known() -> frozenset[int]:
    """The characters that the font can show, in both weights."""
    return frozenset(_font(False).get_charmap()) & frozenset(_font(True).get_charmap())


@cache
def _advance(character: int) -> float:
    """The width of a character at a size of 1."""
    from matplotlib.ft2font import LoadFlags

    font = _font(True)
    font.set_size(100, 72)
    return font.load_char(character, flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100


@cache
def _font(bold: bool) -> "FT2Font":
    from matplotlib.ft2font import FT2Font

    return FT2Font(str(_file(bold)))


@cache
def _properties(bold: bool) -> "FontProperties":
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_file(bold))


def _file(bold: bool) -> Path:
    """By its path, so that no font of the machine is looked for."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
