"""A pack as YAML, in the shape of the shipped ones."""

from typing import Any

import yaml

from bot.domain.question import Example, KeyPoint, Misconception, Model, Pack, Question

FIRST_LINE = "# yaml-language-server: $schema=schema.json\n"
WIDTH = 118


class _Flow(list[Any]):
    """A list on one line."""


class _Dumper(yaml.SafeDumper):
    """Line breaks stay line breaks, for code."""


_Dumper.add_representer(_Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True))
_Dumper.add_representer(
    str, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)
)


def pack_text(pack: Pack) -> str:
    data = {"pack": pack.id, "title": pack.title} | _said(
        sequence=pack.sequence,
        questions=[record(question) for question in pack.questions],
        models=[_model(model) for model in pack.models],
    )
    return FIRST_LINE + yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


def record(question: Question) -> dict[str, Any]:
    """A question as it stands in a pack."""
    return _said(
        id=question.id,
        title=question.title,
        topic=question.topic,
        level=str(question.level),
        kind=str(question.kind),
        prompt=question.prompt,
        why=question.why,
        model_answer=question.model_answer,
        key_points=[_point(point) for point in question.key_points],
        misconceptions=[_mistake(wrong) for wrong in question.misconceptions],
        examples=[_example(example) for example in question.examples],
        follow_ups=list(question.follow_ups),
        references=[_said(title=reference.title, url=reference.url) for reference in question.references],
    )


def _model(model: Model) -> dict[str, Any]:
    facts = {id: _said(answer=fact.answer, key_points=[_point(p) for p in fact.key_points]) for id, fact in model.facts.items()}
    return _said(id=model.id, name=model.name, aliases=list(model.aliases), facts=facts)


def _point(point: KeyPoint) -> dict[str, Any]:
    return _said(id=point.id, label=point.label, hint=point.hint, weight=_round(point.weight), phrases=list(point.phrases))


def _mistake(wrong: Misconception) -> dict[str, Any]:
    return _said(id=wrong.id, phrases=list(wrong.phrases), correction=wrong.correction)


def _example(example: Example) -> dict[str, Any]:
    return {"band": example.band, "score": _Flow([_round(example.low), _round(example.high)])} | _said(
        blind=example.blind,
        hard=example.hard,
        model=example.model,
        misconceptions=list(example.misconceptions),
        text=example.text,
    )


def _said(**values: Any) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in values.items() if value not in ("", [], False)}


def _round(number: float) -> float | int:
    return int(number) if number == int(number) else number
