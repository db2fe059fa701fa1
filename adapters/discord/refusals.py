"""What Discord's refusals mean: which of them pass, and how a person is told."""

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL, TOO_MANY_EDITS, ACKNOWLEDGED, HAS_THREAD, TOO_MANY_THREADS = 10003, 30046, 40060, 160004, 160006
# Of what is refused with a status from 400 to 499, this may go better later. 401: the access itself is gone; nothing can be
# sent until an operator acts, and no channel is to blame.
PASSING = (401, 408, 409, 429)
PASSING_CODES = (TOO_MANY_EDITS, TOO_MANY_THREADS)

NO_DIRECT_MESSAGES = "the person takes no direct messages from me"
NO_TEXT = "the channel is of a kind that takes no messages"
WORDS = {
    10003: "the channel is gone",
    10004: "the server is gone, or I was removed from it",
    10008: "the message is gone",
    10013: "the person is gone",
    50001: "I cannot see the channel: I was removed from the server, or lost View Channel there",
    50007: NO_DIRECT_MESSAGES,
    50008: NO_TEXT,
    50013: "I may not write there: I need Send Messages and Embed Links",
    50024: NO_TEXT,
    50083: "the thread is archived",
    50278: NO_DIRECT_MESSAGES,
    200000: "the server's automatic moderation blocks what I write",
    200001: "the server's automatic moderation blocks what I write",
}


def sentence(status: int, code: int, text: str) -> str:
    """Why Discord refused, for a person; *text* is what it said itself."""
    return WORDS.get(code) or f"Discord says {text[:200] or 'nothing more'} ({status}, code {code})"
