"""Reply → what rich prints. Pure."""

from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Line

from adapters.console.events import clean
from bot.protocol import Block, Buttons, Checklist, Code, File, Image, Item, Mark, Reply, Table, Text, Tone

STYLES = {Mark.FULL: "green", Mark.PARTIAL: "yellow", Mark.MISSED: "red", Mark.NONE: "dim"}
TONES = {Tone.BODY: "", Tone.LEAD: "bold", Tone.NOTE: "dim"}


def page(reply: Reply) -> RenderableType:
    return Group(Line(clean(reply.title), style="bold cyan"), *map(block, reply.blocks))


def block(block: Block) -> RenderableType:
    match block:
        case Text(text, tone):
            return Line(clean(text), style=TONES[tone])
        case Code(text):
            return Padding(Line(clean(text), style="cyan"), (0, 2))
        case Checklist(items):
            return Group(*map(_item, items))
        case Table():
            return _grid(block)
        case Buttons():
            return Line("Type your answer, or /drill help.", style="dim")
        case Image(_, alt, chart):
            return Line(clean(chart)) if chart else Line(f"[picture: {clean(alt)}]", style="dim")
        case File(_, text):
            return Line(clean(text))
        case _:
            assert_never(block)


def _item(item: Item) -> Line:
    return Line.assemble((f" {item.mark} ", STYLES[item.mark]), clean(item.text))


def _grid(table: Table) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column, heading in enumerate(table.header):
        numeric = all(row[column].lstrip("-").isdigit() for row in table.rows if row[column])
        grid.add_column(Line(heading), justify="right" if numeric and table.rows else "left")
    for number, row in enumerate(table.rows):
        grid.add_row(*(Line(clean(cell)) for cell in row), style="bold" if number == table.own else "")
    return grid
