"""The Web API methods of a faked Slack: scopes, argument rules, errors, tiers."""

import random
from collections import deque
from typing import Any

from adapters.slack.manifest import manifest
from tests.fakes.slack_files import Files
from tests.fakes.slack_state import BOT_ID, BOT_USER, Conversation, Message, RefusalError, Workspace, check_blocks

# Any one of these lets a bot call the method; conversations.* need the one of their kind.
SCOPES: dict[str, dict[str, str]] = {
    "auth.test": {},
    "chat.postMessage": {"": "chat:write"},
    "chat.postEphemeral": {"": "chat:write"},
    "chat.update": {"": "chat:write"},
    "conversations.history": {"channel": "channels:history", "group": "groups:history", "im": "im:history"},
    "conversations.replies": {"channel": "channels:history", "group": "groups:history", "im": "im:history"},
    "conversations.info": {"channel": "channels:read", "group": "groups:read"},
    "conversations.open": {"": "im:write"},
    "files.getUploadURLExternal": {"": "files:write"},
    "files.completeUploadExternal": {"": "files:write"},
    "reactions.add": {"": "reactions:write"},
    "users.conversations": {"channel": "channels:read", "group": "groups:read"},
    "users.info": {"": "users:read"},
    "views.open": {},
    "views.publish": {},
}
NO_JSON = {"conversations.history", "conversations.replies", "conversations.info", "users.conversations", "users.info"}
NO_JSON |= {"files.getUploadURLExternal"}
# Calls a minute; None: no limit worth faking. Posts: one a second in a channel, short bursts pass.
TIERS = {
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "reactions.add": 50,
}
POST_BURST = 4


class Api(Files):
    """scopes: granted to the bot. token_error: what every call is refused with. lose: the share of messages whose answer is lost.

    calls: every method called, in order. lost: answers that were lost. rationed: calls that got a 429.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.scopes = set(manifest()["oauth_config"]["scopes"]["bot"])
        self.token_error = ""
        self.lose = 0.0
        self.lose_next = 0
        self.lost = 0
        self.rationed = 0
        self.files = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.limits: dict[str, int] = dict(TIERS)
        self.span = 60.0
        self._recent: dict[str, deque[float]] = {}
        self._chance = random.Random(7)

    def call(self, method: str, args: dict[str, Any], *, as_json: bool) -> dict[str, Any]:
        """Raises RefusalError."""
        self.calls.append((method, args))
        if self.token_error:
            raise RefusalError(self.token_error)
        if as_json and method in NO_JSON and args:
            raise RefusalError("missing_argument")
        self._check_scope(method, args)
        made: dict[str, Any] = getattr(self, method.replace(".", "_"))(args)
        return {"ok": True, **made}

    def waits(self, method: str, args: dict[str, Any]) -> int:
        """Seconds for a 429; 0 lets the call pass."""
        post = method == "chat.postMessage"
        most, span = (POST_BURST + 10, 10.0) if post else (self.limits.get(method, 0), self.span)
        if not most:
            return 0
        recent = self._recent.setdefault(f"{method} {args.get('channel') if post else ''}", deque())
        now = self.workspace.seconds()
        while recent and recent[0] <= now - span:
            recent.popleft()
        if len(recent) >= most:
            self.rationed += 1
            return int(recent[0] + span - now) + 1
        recent.append(now)
        return 0

    def forget_calls(self) -> None:
        """As after a minute without any."""
        self._recent.clear()

    def loses(self, method: str) -> bool:
        """Whether the answer to this call gets lost on its way."""
        if not method.startswith("chat."):
            return False
        by_order = self.lose_next > 0
        self.lose_next -= by_order
        gone = by_order or self._chance.random() < self.lose
        self.lost += gone
        return gone

    def auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": self.workspace.team, "user_id": BOT_USER, "bot_id": BOT_ID}

    def chat_postMessage(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        place = self._writable(args)
        thread = args.get("thread_ts", "")
        made = Message(
            self.workspace.stamp(), place.id, BOT_USER, args["text"], args.get("blocks", []), args.get("metadata"), thread, BOT_ID
        )
        self.workspace.add(made)
        self.workspace.show(made.seen, private=False)
        return {"ts": made.ts, "channel": place.id, "message": made.raw()}

    def chat_postEphemeral(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        place = self._writable(args)
        if args["user"] not in place.people:
            raise RefusalError("user_not_in_channel")
        made = Message(
            self.workspace.stamp(), place.id, BOT_USER, args["text"], args.get("blocks", []), to=args["user"], bot_id=BOT_ID
        )
        made.thread_ts = args.get("thread_ts", "")
        self.workspace.ephemerals.append(made)
        self.workspace.show(made.seen, private=True)
        return {"message_ts": made.ts}

    def chat_update(self, args: dict[str, Any]) -> dict[str, Any]:
        place = self._writable(args, exact=True)
        message = place.messages.get(args["ts"])
        if message is None:
            raise RefusalError("message_not_found")
        if message.bot_id != BOT_ID:
            raise RefusalError("cant_update_message")
        message.text, message.blocks, message.edits = args["text"], args.get("blocks", []), message.edits + 1
        message.metadata = args.get("metadata", message.metadata)
        self.workspace.show(message.seen, private=False)
        return {"ts": message.ts, "channel": place.id}

    def conversations_history(self, args: dict[str, Any]) -> dict[str, Any]:
        place = self._readable(args)
        roots = [one for one in place.messages.values() if one.thread_ts in ("", one.ts)]
        return self._page(sorted(roots, key=lambda one: one.ts, reverse=True), args)

    def conversations_replies(self, args: dict[str, Any]) -> dict[str, Any]:
        place = self._readable(args)
        if args["ts"] not in place.messages:
            raise RefusalError("thread_not_found")
        replies = [one for one in place.messages.values() if one.thread_ts == args["ts"] or one.ts == args["ts"]]
        return self._page(sorted(replies, key=lambda one: one.ts), args)

    def conversations_info(self, args: dict[str, Any]) -> dict[str, Any]:
        place = self.workspace.channel(args["channel"])
        return {"channel": {"id": place.id, "name": place.name, "is_member": place.member, "is_archived": place.archived}}

    def conversations_open(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["users"] not in self.workspace.users:
            raise RefusalError("user_not_found")
        return {"channel": {"id": self.workspace.direct(args["users"]).id}}

    def reactions_add(self, args: dict[str, Any]) -> dict[str, Any]:
        message = self._readable(args).messages.get(args["timestamp"])
        if message is None:
            raise RefusalError("message_not_found")
        if args["name"] in message.reactions:
            raise RefusalError("already_reacted")
        message.reactions.append(args["name"])
        return {}

    def users_conversations(self, args: dict[str, Any]) -> dict[str, Any]:
        """What the bot and the user are both in, of the kinds asked for."""
        if args["user"] not in self.workspace.users:
            raise RefusalError("user_not_found")
        kinds = {"public_channel": "channel", "private_channel": "group"}
        asked = {kinds[kind] for kind in args["types"].split(",")}
        for kind in asked:
            if SCOPES["users.conversations"][kind] not in self.scopes:
                raise RefusalError("missing_scope", SCOPES["users.conversations"][kind])
        places = self.workspace.conversations.values()
        shared = [one for one in places if one.member and one.kind in asked and args["user"] in one.people]
        return {"channels": [{"id": one.id, "name": one.name} for one in shared]}

    def users_info(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["user"] not in self.workspace.users:
            raise RefusalError("user_not_found")
        return {"user": self.workspace.users[args["user"]]}

    def views_open(self, args: dict[str, Any]) -> dict[str, Any]:
        self.workspace.take_trigger(args["trigger_id"])
        view = args["view"]
        check_blocks(view["blocks"], 100)
        if len(view.get("private_metadata", "")) > 3000 or len(view["title"]["text"]) > 24:
            raise RefusalError("invalid_arguments")
        made = {**view, "id": f"V{self.workspace.number()}"}
        self.workspace.views[made["id"]] = made
        self.workspace.opened.put_nowait(made)
        return {"view": made}

    def views_publish(self, args: dict[str, Any]) -> dict[str, Any]:
        check_blocks(args["view"]["blocks"], 100)
        self.workspace.homes[args["user_id"]] = args["view"]
        self.workspace.show(Message("", "", "", blocks=args["view"]["blocks"]).seen, private=True)
        return {}

    def _check_scope(self, method: str, args: dict[str, Any]) -> None:
        by_kind = SCOPES[method]
        place = self.workspace.conversations.get(str(args.get("channel", "")))
        needed = by_kind.get("") or (by_kind.get(place.kind) if place else None)
        if needed and needed not in self.scopes:
            raise RefusalError("missing_scope", needed)

    def _writable(self, args: dict[str, Any], exact: bool = False) -> Conversation:
        if exact and args["channel"] in self.workspace.users:
            raise RefusalError("channel_not_found")
        place = self.workspace.channel(args["channel"])
        if place.archived:
            raise RefusalError("is_archived")
        if not place.member:
            raise RefusalError("not_in_channel")
        if place.restricted:
            raise RefusalError(place.restricted)
        if not args.get("text"):
            raise RefusalError("no_text")
        check_blocks(args.get("blocks", []), 50)
        return place

    def _readable(self, args: dict[str, Any]) -> Conversation:
        place = self.workspace.conversations.get(args["channel"])
        if place is None:
            raise RefusalError("channel_not_found")
        if not place.member:
            raise RefusalError("not_in_channel")
        return place

    def _page(self, found: list[Message], args: dict[str, Any]) -> dict[str, Any]:
        """oldest is exclusive; a thread's root comes in any case."""
        oldest, begin = float(args.get("oldest", 0)), int(args.get("cursor", 0))
        end = begin + int(args.get("limit", 100))
        wanted = [one for one in found if float(one.ts) > oldest or one.ts == args.get("ts")]
        metadata = "metadata.message:read" in self.scopes and args.get("include_all_metadata") == "true"
        more = {"response_metadata": {"next_cursor": str(end)}} if end < len(wanted) else {}
        return {"messages": [one.raw(metadata) for one in wanted[begin:end]], **more}
