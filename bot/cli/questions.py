"""questions check, list, show, stats: the bank on the command line."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.bank import LEXICON, Bank, load_bank, load_lexicon
from bot.bank.checks import Misgraded, misgraded
from bot.cli.wiring import bank_of
from bot.config import ROOT, load
from bot.domain.question import Kind, Level
from bot.errors import UserError

app = typer.Typer(help="Look at and check the question bank.", no_args_is_help=True)
Packs = Annotated[list[Path] | None, typer.Argument(help="packs or folders, instead of those in use")]


@app.command(epilog="Example: drillbot questions check questions/evaluation.yaml")
def check(packs: Packs = None) -> None:
    """Validate packs and grade every example; name every fault with file, line and question."""
    bank = _bank(packs)
    examples = sum(len(question.examples) for question in bank.questions)
    wrong = list(misgraded(bank))
    fitted = [one for one in wrong if not one.example.blind]
    blind = [one for one in wrong if one.example.blind]
    blind_all = sum(example.blind for question in bank.questions for example in question.examples)
    print(f"{len(bank)} questions in {len(bank.packs)} packs, {examples} examples")
    if blind_all:
        print(f"blind examples: {blind_all - len(blind)} of {blind_all} in their band (reported, not fitted)")
    for one in fitted:
        print(_line(one), file=sys.stderr)
    if fitted:
        print(f"{len(fitted)} examples out of their band", file=sys.stderr)
        raise typer.Exit(1)
    print("every other example grades into its band")


@app.command("list", epilog="Example: drillbot questions list --topic evaluation")
def list_(topic: Annotated[str, typer.Option(help="only this topic")] = "") -> None:
    """List the questions."""
    table = Table("id", "topic", "level", "kind", "title", box=None, pad_edge=False)
    for question in _bank(None).questions:
        if topic in ("", question.topic):
            table.add_row(question.id, question.topic, question.level, question.kind, question.title)
    Console(highlight=False, markup=False).print(table)


@app.command(epilog="Example: drillbot questions show precision-vs-recall --json")
def show(id: str, as_json: Annotated[bool, typer.Option("--json", help="the record as JSON")] = False) -> None:
    """Show one question with its rubric."""
    question = _bank(None).get(id)
    if question is None:
        raise UserError(f"There is no question {id!r}. See: drillbot questions list")
    if as_json:
        print(json.dumps(asdict(question), ensure_ascii=False, indent=1))
        return
    out = Console(highlight=False, markup=False)
    out.print(f"{question.name} · {question.topic} · {question.level} · {question.kind}", style="bold")
    out.print(question.prompt)
    out.print(f"\n{question.model_answer}\n")
    table = Table("key point", "weight", "phrases")
    for point in question.key_points:
        table.add_row(point.label, f"{point.weight:g}", "\n".join(point.phrases))
    out.print(table)


@app.command(epilog="Example: drillbot questions stats")
def stats(packs: Packs = None) -> None:
    """Count questions by topic, level and kind."""
    bank = _bank(packs)
    counts = Counter((question.topic, column) for question in bank.questions for column in (question.level, question.kind))
    columns = [*Level, *Kind]
    table = Table("topic", "all", *columns, box=None, pad_edge=False)
    for topic in bank.topics:
        of_topic = [question for question in bank.questions if question.topic == topic]
        table.add_row(topic, str(len(of_topic)), *(str(counts[topic, column] or "") for column in columns))
    sums = Counter(column for question in bank.questions for column in (question.level, question.kind))
    table.add_row("all", str(len(bank)), *(str(sums[column]) for column in columns), style="bold")
    out = Console(highlight=False, markup=False, width=200)
    out.print(table)
    points = [point for question in bank.questions for point in question.key_points]
    if points:
        phrases = sum(len(point.phrases) for point in points)
        examples = sum(len(question.examples) for question in bank.questions)
        out.print(
            f"{len(points) / len(bank):.1f} key points a question, {phrases / len(points):.1f} phrases a point, "
            f"{examples / len(bank):.1f} examples a question"
        )


def _bank(packs: list[Path] | None) -> Bank:
    return load_bank(packs, load_lexicon(ROOT / "questions" / LEXICON)) if packs else bank_of(load())


def _line(one: Misgraded) -> str:
    example = one.example
    return (
        f"{one.path}:{one.line}: question {one.question}: the {example.band} example scores {one.score:.0f}, "
        f"not {example.low:.0f} to {example.high:.0f}{one.missing}: {example.text[:60]!r}"
    )
