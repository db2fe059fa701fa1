"""How a question looks in a terminal, and tables that fit into one."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Column, Table

from bot.domain.question import Question

GAP = 2  # blanks between columns


def display(question: Question, out: Console) -> None:
    """The question with all that learners never see at once."""
    out.print(f"{question.name} · {question.topic} · {question.level} · {question.kind}", style="bold")
    out.print(question.prompt)
    for head, text in (("Why", question.why), ("Model answer", question.model_answer)):
        if text:
            out.print(f"\n{head}: {text}")
    if question.key_points:
        table = Table("key point", "weight", "hint", "phrases")
        for point in question.key_points:
            table.add_row(point.label, f"{point.weight:g}", point.hint, "\n".join(point.phrases))
        out.print("", table)
    if question.misconceptions:
        table = Table("misconception", "as people say it", "what is right")
        for wrong in question.misconceptions:
            table.add_row(wrong.id, "\n".join(wrong.phrases), wrong.correction)
        out.print("", table)
    further = [f"{one.title} {one.url}".strip() for one in question.references]
    for head, lines in (("Ask next", question.follow_ups), ("Read more", further)):
        if lines:
            out.print(f"\n{head}:", *(f"- {line}" for line in lines), sep="\n")


def fitting(first: str, names: Sequence[str], rows: Mapping[str, Sequence[str]], width: int) -> Iterator[Table]:
    """One table, or several below each other, so that no column is cut. Each begins with the rows' names."""
    cells = [(name, [row[n] for row in rows.values()]) for n, name in enumerate(names)]
    room = width - max(len(name) for name in (first, *rows))
    page: list[tuple[str, list[str]]] = []
    left = room
    for name, column in cells:
        needed = GAP + max(len(name), *(len(cell) for cell in column))
        if page and needed > left:
            yield _page(first, list(rows), page)
            page, left = [], room
        page.append((name, column))
        left -= needed
    yield _page(first, list(rows), page)


def _page(first: str, rows: Sequence[str], columns: Sequence[tuple[str, list[str]]]) -> Table:
    heads = [Column(name, no_wrap=True) for name in (first, *(name for name, _ in columns))]
    table = Table(*heads, box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for number, row in enumerate(rows):
        table.add_row(row, *(column[number] for _, column in columns), style="bold" if number == len(rows) - 1 else "")
    return table
