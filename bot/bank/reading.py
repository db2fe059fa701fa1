"""One YAML file → plain data, with the line of every part. Hostile files get a sentence, not a crash."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.bank.record import PackRecord
from bot.domain.question import Pack
from bot.errors import PackError

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML without libyaml reads the same, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

# A pack of a hundred full records is about 600 kB; nothing honest is deeper than models → facts → points → phrases.
MOST_BYTES = 8_000_000
MOST_DEPTH = 20
# A backslash that is itself escaped escapes nothing, so escaped backslashes are passed over.
PAIR = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


@dataclass(frozen=True)
class Document:
    """data: what the file says. root: its syntax tree, to look up lines."""

    path: Path
    data: Any
    root: yaml.Node | None

    def line(self, location: tuple[int | str, ...]) -> int:
        """The line, from 1, of the deepest part of *location* that the file has."""
        node = self.root
        found = 1
        for step in location:
            node, line = _child(node, step)
            if node is None:
                return line or found
            found = line
        return found


def read(path: Path) -> Document:
    """Raises PackError for what is not readable, not UTF-8, not YAML, or made to blow up."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PackError([f"{path}: larger than {MOST_BYTES // 1_000_000} MB"])
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PackError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise PackError([f"{path}: is not UTF-8 text"]) from error
    try:
        text = PAIR.sub(_joined, text) if path.suffix == ".json" else text
        _refuse_bombs(path, text)
        root = yaml.compose(text, Loader)
        _refuse_twins(path, root)
        data = None if root is None else _construct(root)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError([f"{path}:{line}: is not YAML: {error.problem}"]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise PackError([f"{path}:1: is not YAML: {' '.join(str(error).split())[:200]}"]) from error
    return Document(path, data, root)


def read_pack(path: Path) -> tuple[Pack, Document]:
    """Raises PackError with every fault of the file, each as 'file:line: question …: where: what'."""
    document = read(path)
    try:
        pack = PackRecord.model_validate(document.data).build()
        for model in pack.models:  # what each question becomes must hold, too
            pack.series(model)
        return pack, document
    except ValidationError as error:
        faults = [dict(detail) for detail in error.errors()]
        raise PackError([_fault(document, fault) for fault in faults if not _follows(fault, faults)]) from error
    except ValueError as error:
        raise PackError([f"{path}:1: {error}"]) from error


def _fault(document: Document, detail: dict[str, Any]) -> str:
    location = detail["loc"]
    message = str(detail["msg"]).removeprefix("Value error, ")
    match location:
        case ("questions", int(index), *rest):
            questions = document.data["questions"]
            asked = questions[index] if isinstance(questions, list) else None
            name = asked.get("id", f"number {index + 1}") if isinstance(asked, dict) else index + 1
            where = f"question {name}: "
        case _:
            where, rest = "", list(location)
    spot = ".".join(str(step) for step in rest)
    return f"{document.path}:{document.line(location)}: {where}{spot + ': ' if spot else ''}{message}"


def _follows(fault: dict[str, Any], faults: list[dict[str, Any]]) -> bool:
    """Whether a list is only too short because its parts are faulty."""
    spot = fault["loc"]
    inside = (other["loc"] for other in faults if len(other["loc"]) > len(spot))
    return fault["type"] == "too_short" and any(loc[: len(spot)] == spot for loc in inside)


def _refuse_bombs(path: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader):
        if isinstance(event, yaml.AliasEvent):
            raise PackError([f"{path}:{_line(event)}: anchors and aliases are not allowed"])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise PackError([f"{path}:{_line(event)}: nested deeper than {MOST_DEPTH} levels"])


def _refuse_twins(path: Path, root: yaml.Node | None) -> None:
    """YAML lets the later of two equal keys win in silence: what was written first would be lost."""
    faults: list[tuple[int, str]] = []
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            faults += _twins(node)
            nodes += [value for _, value in node.value]
    if faults:
        raise PackError([f"{path}:{line}: {what}" for line, what in sorted(faults)])


def _twins(node: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            continue
        if key.value in first:
            yield line, f"the key '{key.value[:60]}' stands in line {first[key.value]} already"
        first.setdefault(key.value, line)


def _joined(pair: re.Match[str]) -> str:
    """JSON writes what stands beyond 16 bits as two halves, YAML does not read them."""
    return json.loads(f'"{pair[0]}"') if pair[0].startswith("\\u") else pair[0]


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _construct(root: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(root)
    except (LookupError, TypeError, AttributeError) as error:  # PyYAML trusts that a value fits the tag it is given
        raise ValueError("a value does not fit its tag") from error
    finally:
        loader.dispose()


def _child(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child, child.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
        return None, node.start_mark.line + 1
    return None, 0
