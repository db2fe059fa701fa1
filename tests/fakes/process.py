"""`drillbot run` as an operator runs it: a process of its own beside a faked platform that lives in the test."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


async def patiently(happened: Callable[[], object]) -> None:
    """Polls, as another process gives no signal here; leaves it the processor."""
    async with asyncio.timeout(30):
        while not happened():
            await asyncio.sleep(0.02)


class Process:
    """settings: of the platform. connects: how often the platform was connected to by now."""

    def __init__(self, folder: Path, settings: Mapping[str, str], connects: Callable[[], int]) -> None:
        self.database = folder / "drillbot.db"
        self._log = folder / "log"
        self._settings = {"DATABASE_URL": f"sqlite:///{self.database}", "TICK_SECONDS": "0.2", **settings}
        self._connects = connects

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def start(self) -> None:
        before = self._connects()
        with self._log.open("ab") as log:
            self.running = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=os.environ | self._settings, stdout=log, stderr=log
            )
        await patiently(lambda: self._connects() > before or self.running.returncode is not None)
        assert self.running.returncode is None, self.log

    async def kill(self) -> None:
        self.running.kill()
        await self.running.wait()

    async def ends(self) -> int:
        """By itself; its exit code."""
        async with asyncio.timeout(30):
            return await self.running.wait()

    async def stop(self) -> None:
        if self.running.returncode is None:
            self.running.terminate()
            await self.ends()
