"""What `/drill privacy` says."""

from bot.errors import UserError
from bot.protocol import Block, Button, Buttons, Code, File, Reply, Text, Tone

PAGE = 3000
"""Characters of an export shown at once: every platform shows that much in one message."""

FILE = "drillbot-data.json"


def kept() -> Reply:
    return Reply(
        "What I keep about you",
        (
            Text("Your id and name here, your answers with their scores, your points and streaks."),
            Text("What you wrote is erased after some time, usually 90 days; points stay. Backups are kept a few days longer."),
            Text("I read only what is sent to me: commands, forms, replies, and messages in a drill's thread."),
            Text("Everything stays in this bot's own database. Nothing is sent anywhere else."),
            _choices(),
            Text("Or: /drill privacy export, hide, show, delete", Tone.NOTE),
        ),
    )


def export(text: str, page: int) -> Reply:
    """What is kept: with the first page as a file, for platforms without files page by page. Raises UserError: no such page."""
    pages = paged(text)
    if not 1 <= page <= len(pages):
        raise UserError(f"The export has {len(pages)} {'page' if len(pages) == 1 else 'pages'}: /drill privacy export 1")
    blocks: tuple[Block, ...] = (Code(pages[page - 1]),) if page > 1 else (File(FILE, text, pages[0]),)
    title = "Your data" if len(pages) == 1 else f"Your data · page {page} of {len(pages)}"
    if page == len(pages):
        return Reply(title, blocks)
    more = Button("Next page", "privacy", (("what", "export"), ("more", str(page + 1))))
    note = "JSON. Where it is not attached as a file, the pages put together are one document."
    return Reply(title, (*blocks, Buttons((more,)), Text(note, Tone.NOTE)))


def paged(text: str) -> list[str]:
    """Cut at line ends where there are any near enough: joined by them, the pages are the text again."""
    pages, rest = [], text
    while len(rest) > PAGE:
        end = rest.rfind("\n", 1, PAGE)
        end = end if end > 0 else PAGE
        pages.append(rest[:end])
        rest = rest[end:].removeprefix("\n")
    return [*pages, rest]


def really() -> Reply:
    sure = Button("Yes, erase everything", "privacy", (("what", "delete"), ("more", "yes")))
    return Reply(
        "Erase everything about you?",
        (
            Text("Your name, your id and what you wrote are erased at once and for good; your streak is lost."),
            Text("Past standings keep your points under no name. Who answers again begins anew, with the next drill."),
            Buttons((sure,)),
            Text("Or: /drill privacy delete yes", Tone.NOTE),
        ),
    )


def forgotten(there_was: bool) -> Reply:
    if not there_was:
        return Reply("There is nothing to erase", (Text("I keep nothing about you here."),))
    return Reply("Erased", (Text("I know nothing about you here any more. Your points stand under no name."),))


def hidden(now: bool) -> Reply:
    if now:
        return Reply("Hidden", (Text("Leaderboards and closing messages show you as 'somebody'. Undo: /drill privacy show"),))
    return Reply("Shown", (Text("Leaderboards and closing messages show your name again."),))


def _choices() -> Buttons:
    return Buttons((Button("Export", "privacy", (("what", "export"),)), Button("Hide my name", "privacy", (("what", "hide"),))))
