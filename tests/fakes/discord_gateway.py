"""A faked gateway: HELLO, IDENTIFY, READY, GUILD_CREATE, heartbeats, RESUME with replay, reconnects, close codes."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord_world import APPLICATION, BOT, GUILD, Body, World, stamp

CONTENT_INTENT = 1 << 15
MEMBERS_INTENT = 1 << 1


@dataclass
class Session:
    """log: every dispatch, for replay. socket: None while nobody is connected to it."""

    id: str
    intents: int
    shard: tuple[int, int]
    socket: web.WebSocketResponse | None = None
    log: list[tuple[int, str, Body]] = field(default_factory=list)

    async def send(self, kind: str, data: Body) -> None:
        number = len(self.log) + 1
        self.log.append((number, kind, data))
        await self._push(number, kind, data)

    async def replay(self, after: int) -> None:
        for number, kind, data in self.log[after:]:
            await self._push(number, kind, data)

    async def _push(self, number: int, kind: str, data: Body) -> None:
        if self.socket and not self.socket.closed:
            try:
                await self.socket.send_json({"op": 0, "s": number, "t": kind, "d": data})
            except ConnectionError:
                self.socket = None


class FakeGateway:
    """identified and resumed count what came in; content_intent, members_intent: whether the app has these privileged ones."""

    def __init__(self, world: World, token_is_good: Any) -> None:
        self.world = world
        self.url = ""
        self.identified = 0
        self.resumed = 0
        self.content_intent = self.members_intent = True
        self.resumable = True
        self.refuse_connections = 0
        self.sessions: dict[str, Session] = {}
        self._token_is_good = token_is_good

    @property
    def live(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.socket and not session.socket.closed]

    async def dispatch(self, kind: str, data: Body, guild: bool = True) -> None:
        """To every session whose shard it concerns; those who are away get it when they resume."""
        for session in list(self.sessions.values()):
            number, count = session.shard
            mine = int(GUILD) >> 22 if guild else 0
            if mine % count == number:
                await session.send(kind, data)

    async def message(self, message: Body, guild: bool, member: Body | None = None) -> None:
        """MESSAGE_CREATE, with the content only for those who may read it."""
        for session in list(self.sessions.values()):
            told = dict(message) | ({"guild_id": GUILD, "member": member} if guild else {})
            mentions_bot = any(user["id"] == BOT for user in message["mentions"])
            if guild and not (session.intents & CONTENT_INTENT or mentions_bot or message["author"]["id"] == BOT):
                told |= {"content": "", "embeds": [], "components": [], "attachments": []}
            await session.send("MESSAGE_CREATE", told)

    async def member_left(self, user: str) -> None:
        """Told to those who may know."""
        for session in list(self.sessions.values()):
            if session.intents & MEMBERS_INTENT:
                await session.send("GUILD_MEMBER_REMOVE", {"guild_id": GUILD, "user": self.world.users[user]})

    async def say_raw(self, text: str) -> None:
        """Rubbish."""
        for session in self.live:
            assert session.socket
            await session.socket.send_str(text)

    async def ask_to_reconnect(self) -> None:
        for session in self.live:
            assert session.socket
            await session.socket.send_json({"op": 7, "d": None})

    async def close(self, code: int, *, forget: bool = False) -> None:
        """Drop every connection. forget: their sessions cannot be resumed."""
        for session in self.live:
            assert session.socket
            await session.socket.close(code=code)
        if forget:
            self.sessions.clear()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_connections:
            self.refuse_connections -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}})
        session: Session | None = None
        async for frame in socket:
            said = json.loads(frame.data)
            match said["op"]:
                case 1:
                    await socket.send_json({"op": 11})
                case 2:
                    session = await self._identify(socket, said["d"])
                case 6:
                    session = await self._resume(socket, said["d"])
        if session and session.socket is socket:
            session.socket = None
        return socket

    async def _identify(self, socket: web.WebSocketResponse, data: Body) -> Session | None:
        self.identified += 1
        if not self._token_is_good(data["token"]):
            await socket.close(code=4004)
            return None
        granted = CONTENT_INTENT * self.content_intent | MEMBERS_INTENT * self.members_intent
        if data["intents"] & (CONTENT_INTENT | MEMBERS_INTENT) & ~granted:
            await socket.close(code=4014)
            return None
        shard = tuple(data.get("shard") or (0, 1))
        for id in [id for id, old in self.sessions.items() if old.shard == shard]:
            del self.sessions[id]  # a new session of the same shard takes its place
        session = Session(f"session-{self.identified}", data["intents"], (shard[0], shard[1]), socket)
        self.sessions[session.id] = session
        mine = (int(GUILD) >> 22) % shard[1] == shard[0]
        await session.send(
            "READY",
            {
                "v": 10, "user": self.world.users[BOT], "session_id": session.id, "resume_gateway_url": self.url,
                "guilds": [{"id": GUILD, "unavailable": True}] if mine else [], "shard": list(shard),
                "application": {"id": APPLICATION, "flags": 0},
            },
        )  # fmt: skip
        if mine:
            await session.send("GUILD_CREATE", self.world.guild())
        return session

    async def _resume(self, socket: web.WebSocketResponse, data: Body) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None or not self.resumable:
            await socket.send_json({"op": 9, "d": False})
            return None
        self.resumed += 1
        session.socket = socket
        await session.replay(data["seq"] or 0)
        await session.send("RESUMED", {})
        return session


def thread_body(world: World, id: str, parent: str, name: str) -> Body:
    meta = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": stamp(world.now), "locked": False}
    return {
        "id": id, "type": 11, "guild_id": GUILD, "parent_id": parent, "owner_id": BOT, "name": name, "message_count": 0,
        "member_count": 1, "thread_metadata": meta, "rate_limit_per_user": 0, "flags": 0,
    }  # fmt: skip
