"""Running drillbot's commands, in another process or in this one."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.config import ROOT

PACK = """\
pack: small
questions:
  - id: recall
    prompt: What is recall?
    key_points:
      - {id: share, label: The share, phrases: [share of real positives that were found]}
  - id: bias
    prompt: What is bias?
    model_answer: The error that comes from assumptions which are too simple.
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment(folder: Path, **more: str) -> dict[str, str]:
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    return bare | {"DATABASE_URL": f"sqlite:///{folder}/bot.db", "PYTHONPATH": str(ROOT), "COLUMNS": "200"} | more


def run_process(folder: Path, *words: str, stdin: bytes = b"", **more: str) -> Ran:
    """`python -m bot …` in *folder*."""
    command = [sys.executable, "-m", "bot", *words]
    given = environment(folder, **more)
    ran = subprocess.run(command, input=stdin, capture_output=True, cwd=folder, env=given, timeout=60, check=False)
    err = ran.stderr.decode()
    assert "Traceback" not in err
    return Ran(ran.returncode, ran.stdout.decode(), err)
