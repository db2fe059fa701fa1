"""Pictures: uploaded beside the text that tells the same. Slack shows no uploaded picture to one person alone in a channel."""

import structlog

from adapters.slack.web import Web
from bot.errors import DeliveryError
from bot.protocol import Image, Reply

log = structlog.get_logger()

LONGEST_ALT = 1000


class Pictures:
    def __init__(self, web: Web) -> None:
        self._web = web

    async def share(self, reply: Reply, channel: str, thread: str = "") -> None:
        """Those of *reply*, as messages of their own; a text that is complete without them is not held up by a failure."""
        for image in (block for block in reply.blocks if isinstance(block, Image)):
            try:
                await self._share(image, channel, thread)
            except DeliveryError as error:
                log.warning("picture not shown", channel=channel, error=str(error))

    async def _share(self, image: Image, channel: str, thread: str) -> None:
        described = image.alt[:LONGEST_ALT]
        place = await self._web.call(
            "files.getUploadURLExternal", filename="drillbot.png", length=len(image.png), alt_txt=described
        )
        await self._web.upload(str(place["upload_url"]), image.png)
        below = {"thread_ts": thread} if thread else {}
        files = [{"id": str(place["file_id"]), "title": image.alt.partition(":")[0][:80]}]
        await self._web.call("files.completeUploadExternal", files=files, channel_id=channel, **below)
