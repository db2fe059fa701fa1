"""questions check, list, show, stats: the bank on the command line. Further verbs: review.py and exchange.py beside this."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bot.bank.checks import Graded, graded
from bot.bank.writing import record
from bot.cli.display import display, fitting
from bot.cli.exchange import export, import_, schema
from bot.cli.review import Packs, bank_from, review
from bot.domain.question import Kind, Level, Question
from bot.errors import UserError

app = typer.Typer(help="Look at and check the question bank.", no_args_is_help=True)


@app.command(epilog="Example: drillbot questions check questions/evaluation.yaml")
def check(packs: Packs = None) -> None:
    """Validate packs and grade every example; name every fault with file, line and question."""
    bank = bank_from(packs)
    examples = list(graded(bank))
    print(f"{len(bank)} questions in {len(bank.packs)} packs, {sum(len(q.examples) for q in bank.questions)} examples")
    blind = [one for one in examples if one.example.blind]
    if blind:
        print("blind examples (reported, not fitted):")
        _console().print(_bands(blind))
    hard = [one for one in examples if one.example.hard and not one.example.blind]
    if hard:
        print(f"{len(hard)} examples are marked hard: the grader does not manage them yet")
    fitted = [one for one in examples if not (one.example.blind or one.example.hard)]
    wrong = [one for one in fitted if not one.in_band]
    for one in wrong:
        print(_line(one), file=sys.stderr)
    for one in hard:
        if one.in_band:
            managed = "this hard example is managed now, take the mark off"
            print(f"{one.path}:{one.line}: question {one.question}: {managed}: {one.example.text[:60]!r}")
    if wrong:
        print(f"{len(wrong)} of {len(fitted)} other examples out of their band", file=sys.stderr)
        raise typer.Exit(1)
    print("every other example grades into its band")


@app.command("list", epilog="Example: drillbot questions list --topic evaluation")
def list_(topic: Annotated[str, typer.Option(help="only this topic")] = "") -> None:
    """List the questions."""
    rest = (Column(name, overflow="fold") for name in ("topic", "level", "kind", "title"))
    table = Table(Column("id", no_wrap=True), *rest, box=None, pad_edge=False)
    for question in bank_from(None).questions:
        if topic in ("", question.topic):
            table.add_row(question.id, question.topic, question.level, question.kind, question.title)
    _console().print(table)


@app.command(epilog="Example: drillbot questions show precision-vs-recall --json")
def show(id: str, as_json: Annotated[bool, typer.Option("--json", help="the record as JSON")] = False) -> None:
    """Show one question with its rubric."""
    question = bank_from(None).get(id)
    if question is None:
        raise UserError(f"There is no question {id!r}. See: drillbot questions list")
    if as_json:
        print(json.dumps(record(question), ensure_ascii=False, indent=1))
        return
    display(question, Console(highlight=False, markup=False))


@app.command(epilog="Example: drillbot questions stats")
def stats(packs: Packs = None) -> None:
    """Count questions by topic, level and kind, with phrases a point and examples a question."""
    bank = bank_from(packs)
    names = ["all", *Level, *Kind, "points", "phrases", "examples", "blind"]
    rows = {topic: _counts([question for question in bank.questions if question.topic == topic]) for topic in bank.topics}
    rows["all"] = _counts(bank.questions)
    out = _console()
    for table in fitting("topic", names, rows, out.width):
        out.print(table)
    out.print("points, examples, blind: a question; phrases: a point")


app.command(epilog="Example: drillbot questions review --strict")(review)
app.command(epilog="Example: drillbot questions schema > questions/schema.json")(schema)
app.command(epilog="Example: drillbot questions export --format anki --pack evaluation > evaluation.txt")(export)
app.command("import", epilog="Example: drillbot questions import ours.csv --pack ours > packs/ours.yaml")(import_)


def _counts(questions: Sequence[Question]) -> list[str]:
    """How many there are, of each level and kind, and what a question holds on average."""
    counts = Counter(column for question in questions for column in (question.level, question.kind))
    points = [point for question in questions for point in question.key_points]
    examples = [example for question in questions for example in question.examples]
    means = [
        (len(points), len(questions)),
        (sum(len(point.phrases) for point in points), len(points)),
        (len(examples), len(questions)),
        (sum(example.blind for example in examples), len(questions)),
    ]
    return [
        str(len(questions)),
        *(str(counts[column] or "") for column in (*Level, *Kind)),
        *(f"{total / number:.1f}" if number else "" for total, number in means),
    ]


def _bands(examples: Sequence[Graded]) -> Table:
    table = Table("band", "in band", "of", "median score", box=None, pad_edge=False)
    for band in dict.fromkeys(one.example.band for one in examples):
        those = [one for one in examples if one.example.band == band]
        table.add_row(band, str(sum(one.in_band for one in those)), str(len(those)), f"{median(o.score for o in those):.0f}")
    table.add_row("all", str(sum(one.in_band for one in examples)), str(len(examples)), "")
    return table


def _console() -> Console:
    """Rows stay on one line where nobody reads them on a screen."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200)


def _line(one: Graded) -> str:
    example = one.example
    missing = f", without misconception {', '.join(one.unseen)}" if one.unseen else ""
    return (
        f"{one.path}:{one.line}: question {one.question}: the {example.band} example scores {one.score:.0f}, "
        f"not {example.low:.0f} to {example.high:.0f}{missing}: {example.text[:60]!r}"
    )
