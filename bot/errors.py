"""Everything that can go wrong on purpose.

    DrillbotError
    ├── UserError        someone asked for what cannot be; the sentence is the reply
    ├── PackError        a question pack is not as it should be; lists every fault
    ├── StoreError       the database cannot be used as it is; the sentence tells the operator what to do
    ├── SettingsError    the environment is not as it should be
    └── DeliveryError    a platform did not take what we sent; says whether trying again can help

Anything else that is raised is a bug: it is logged under a short reference which the user is shown.
"""

from collections.abc import Sequence


class DrillbotError(Exception):
    """The root: its text is a sentence for a person."""


class UserError(DrillbotError):
    """What a person asked for cannot be done; the message says what to do instead."""


class PackError(DrillbotError):
    """One or more faults in question packs, each with file, line, question and what is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class StoreError(DrillbotError):
    """The database is newer, unreadable, read-only or locked."""


class SettingsError(DrillbotError):
    """One or more settings are wrong; names them without showing their content."""


class DeliveryError(DrillbotError):
    """A platform refused or lost a message.

    permanent: trying again cannot help (no such channel, no permission, token revoked).
    retry_after: seconds the platform asked us to wait, if it did.
    """

    def __init__(self, message: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
