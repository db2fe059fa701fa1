"""A white page of pixels with its origin at the top left: the only place that knows matplotlib.

Text is drawn as it is (no mathtext, so that a dollar sign is one), in the font that comes with matplotlib.
"""

import io
import unicodedata
from collections.abc import Sequence
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
Box = tuple[float, float, float, float, str, str]


class Canvas:
    """Without axes: a picture has a hundred parts, and each of them costs a millisecond when it is clipped."""

    def __init__(self, width: int, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self._figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self._figure)
        self._pixels = Affine2D().scale(1, -1).translate(0, height)
        self._boxes: list[Box] = []

    def text(
        self, x: float, y: float, text: str, *, size: int = 22, color: str = INK, bold: bool = False, align: Align = "left"
    ) -> None:
        """*y* is the middle of the line."""
        from matplotlib.text import Text

        assert size >= SMALLEST, "too small for a phone"
        made = Text(
            x,
            y,
            drawable(text),
            fontproperties=_properties(bold),
            fontsize=size * 72 / DPI,
            color=color,
            horizontalalignment=align,
            verticalalignment="center_baseline",
            parse_math=False,
            transform=self._pixels,
        )
        self._figure.add_artist(made)

    def box(self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> None:
        """Boxes are beneath everything else, later ones above earlier ones."""
        self._boxes.append((x, y, width, height, fill, edge))

    def line(
        self, points: Sequence[tuple[float, float]], color: str, *, marker: str = "none", width: float = 1, every: int = 1
    ) -> None:
        """marker: as matplotlib names them, at the last point and at each *every*-th one before it."""
        from matplotlib.lines import Line2D

        made = Line2D(
            [x for x, _ in points],
            [y for _, y in points],
            color=color,
            linewidth=width,
            marker=marker,
            markersize=14 if marker == "*" else 10,
            markeredgecolor="white",
            markeredgewidth=0.8,
            markevery=((len(points) - 1) % every, every),
            transform=self._pixels,
        )
        self._figure.add_artist(made)

    def png(self) -> bytes:
        from matplotlib.collections import PolyCollection

        corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h, _, _ in self._boxes]
        fills, edges = [box[4] for box in self._boxes], [box[5] for box in self._boxes]
        self._figure.add_artist(
            PolyCollection(corners, facecolors=fills, edgecolors=edges, linewidths=1.2, transform=self._pixels, zorder=1)
        )
        out = io.BytesIO()
        self._figure.savefig(out, format="png")
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
    """Pixels in the plain weight, a little too many: kerning is left out."""
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

    font = _font(False)
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
