"""Discord's global limits on our side: 50 requests a second over all routes, and never near the ban for invalid requests."""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable
from enum import IntEnum

from bot.errors import DeliveryError

# A little below Discord's 50, because the two clocks do not count the same seconds.
RATE = 48
# Of 10,000 invalid requests in ten minutes, which get the whole address banned.
MOST_INVALID = 500
WINDOW = 600.0
INVALID = (401, 403, 429)


class Lane(IntEnum):
    """Who goes first when there is more to say than may be said."""

    ANSWER = 0
    POST = 1
    EDIT = 2
    READ = 3


class Budget:
    """Lets RATE requests a second through, the most urgent first, in order within a lane."""

    def __init__(self, rate: int = RATE, time: Callable[[], float] | None = None) -> None:
        self._rate = rate
        self._time = time or (lambda: asyncio.get_running_loop().time())
        self._sent: deque[float] = deque()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, lane: Lane) -> None:
        """Returns when the request may be sent."""
        if not self._waiting and self._has_room():
            self._sent.append(self._time())
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._order), turn))
        self.release()
        await turn

    def release(self) -> None:
        """Let through whoever may go now; called again by itself when the next may."""
        while self._waiting and self._has_room():
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                self._sent.append(self._time())
        if self._waiting and self._timer is None:
            wait = max(0.001, self._sent[0] + 1 - self._time())
            self._timer = asyncio.get_running_loop().call_later(wait, self._again)

    def _has_room(self) -> bool:
        now = self._time()
        while self._sent and self._sent[0] <= now - 1:
            self._sent.popleft()
        return len(self._sent) < self._rate

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        for _, _, turn in self._waiting:
            turn.cancel()

    def _again(self) -> None:
        self._timer = None
        self.release()


class Fuse:
    """Counts refusals and blows long before Discord would ban us."""

    def __init__(self, most: int = MOST_INVALID, time: Callable[[], float] | None = None) -> None:
        self._most = most
        self._time = time or (lambda: asyncio.get_running_loop().time())
        self._refused: deque[float] = deque()

    def count(self, status: int) -> None:
        if status in INVALID:
            self._refused.append(self._time())

    def check(self) -> None:
        """Raises DeliveryError with the wait."""
        now = self._time()
        while self._refused and self._refused[0] <= now - WINDOW:
            self._refused.popleft()
        if len(self._refused) >= self._most:
            wait = self._refused[0] + WINDOW - now
            raise DeliveryError("Discord refused too many requests; waiting.", permanent=False, retry_after=wait)
