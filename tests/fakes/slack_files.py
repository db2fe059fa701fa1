"""Files in a faked Slack: an address to upload to, the bytes, and the message that shows them."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.slack_state import BOT_ID, BOT_USER, Conversation, Message, RefusalError, Workspace


@dataclass
class File:
    id: str
    length: int
    alt: str
    data: bytes = b""


class Files:
    """files: by id; those without data were never uploaded."""

    workspace: Workspace
    files: dict[str, File]

    def files_getUploadURLExternal(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if not args.get("filename") or int(args["length"]) <= 0 or len(args.get("alt_txt", "")) > 1000:
            raise RefusalError("invalid_arguments")
        made = File(f"F{self.workspace.number()}-{self.workspace.team}", int(args["length"]), args.get("alt_txt", ""))
        self.files[made.id] = made
        return {"upload_url": f"{self.workspace.base}/upload/{made.id}", "file_id": made.id}

    def files_completeUploadExternal(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """Without a channel nobody sees it; a person's id is none."""
        place = self.shareable(args["channel_id"])
        [given] = args["files"]
        file = self.files.get(given["id"])
        if file is None or len(file.data) != file.length:
            raise RefusalError("file_not_found")
        if args.get("thread_ts") and args["thread_ts"] not in place.messages:
            raise RefusalError("thread_not_found")
        made = Message(self.workspace.stamp(), place.id, BOT_USER, f"[file: {file.alt}]", bot_id=BOT_ID, file=file.id)
        made.thread_ts = args.get("thread_ts", "")
        self.workspace.add(made)
        self.workspace.show(made.seen, private=False)
        return {"files": [{"id": file.id}], "channel": place.id, "ts": made.ts}

    def shareable(self, channel: str) -> Conversation:
        place = self.workspace.conversations.get(channel)
        if place is None:
            raise RefusalError("channel_not_found")
        if not place.member:
            raise RefusalError("not_in_channel")
        return place
