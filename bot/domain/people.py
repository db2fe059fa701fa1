"""Who answers, and where. Names are for display only: two learners are the same by their platform's ids."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Learner:
    platform: str
    workspace: str
    user_id: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Channel:
    platform: str
    workspace: str
    channel_id: str
    name: str = field(default="", compare=False)

    @property
    def is_direct(self) -> bool:
        """Whether it is a private conversation with one learner."""
        return self.channel_id.startswith("@")

    def __str__(self) -> str:
        """As operators write it: 'console', 'discord:<guild>:<channel>', 'slack:<team>:<channel>'."""
        return self.platform if self == CONSOLE else f"{self.platform}:{self.workspace}:{self.channel_id}"

    @classmethod
    def parse(cls, text: str) -> "Channel":
        """The inverse of str(). Raises ValueError with a sentence."""
        if text == CONSOLE.platform:
            return CONSOLE
        parts = text.split(":")
        if len(parts) != 3 or not all(parts) or parts[0] not in ("discord", "slack"):
            raise ValueError(f"{text!r} is not a channel. Write console, discord:<guild>:<channel> or slack:<team>:<channel>.")
        return cls(*parts)


CONSOLE = Channel("console", "local", "terminal", "console")


def direct(learner: Learner) -> Channel:
    """The private conversation with *learner*, as a channel: its id is the learner's behind an @."""
    return Channel(learner.platform, learner.workspace, f"@{learner.user_id}", learner.name)
