"""The leaderboard, my own page, schedules, stock and help."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.calendar import Opening
from bot.domain.drill import SCARCE, Drill
from bot.domain.people import Channel
from bot.domain.question import Question
from bot.domain.standings import Row, Window
from bot.present.drills import buttons, day, days, topic
from bot.protocol import Block, Buttons, Checklist, Command, Image, Item, Mark, Reply, Table, Text, Tone
from bot.service.pages import Page, Topic
from bot.service.schedules import Outlook, Stock
from bot.service.standings import Board
from bot.store.people import Settings
from bot.store.schedules import Plan

TITLES = {Window.TODAY: "Today", Window.WEEK: "This week", Window.MONTH: "This month", Window.ALL: "All time"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# How many signs the bar of a topic has.
BAR = 10
# How many schedules a page lists; whoever has more looks into the channels.
MOST_PLANS = 20


def board(seen: Board) -> Reply:
    title = " · ".join([TITLES[seen.window] if seen.window else "Standings", _place(seen), _dates(seen)])
    if not seen.rows:
        return Reply(title, (Text("Nobody has points here yet. The next answer leads."),))
    shown = list(seen.rows)
    if seen.own and seen.own not in shown:
        shown.append(seen.own)
    table = Table(
        ("", "name", "points", "±", "streak"),
        tuple(_row(row, row == seen.own) for row in shown),
        shown.index(seen.own) if seen.own else None,
    )
    blocks: list[Block] = [table]
    if seen.to_next:
        blocks.append(Text(f"{seen.to_next} more points to the next rank.", Tone.NOTE))
    return Reply(title, tuple(blocks))


def page(seen: Page, pictures: Sequence[Image] = ()) -> Reply:
    """Complete without *pictures*, which stand below the text."""
    if not seen.answered:
        return Reply("My page", (Text("You have not answered a drill here yet. Use /drill today to begin."),))
    line = " · ".join([f"{seen.points} points", f"{seen.answered} answered", f"average {seen.average:.0f}"])
    blocks: list[Block] = [Text(line), Text(f"Streak {days(seen.streak.current)}, best {seen.streak.best}")]
    if seen.marks:
        marks = "".join(_mark(points) for _, points in seen.marks)
        blocks.append(Text(f"Last {len(seen.marks)} drill {'day' if len(seen.marks) == 1 else 'days'}: {marks}"))
        blocks.append(Text("✓ 80 and more · ◐ less · ✗ 0 · – not answered", Tone.NOTE))
    return Reply("My page", (*blocks, *_topics(seen.topics), *_again(seen.titles), *pictures))


def _topics(topics: Sequence[Topic]) -> list[Block]:
    if not topics:
        return []
    best, worst = topics[0], topics[-1]
    lines = [f"Strongest: {topic(best.name)} ({best.share:.0%} of points hit)"]
    lines += [f"Weakest: {topic(worst.name)} ({worst.share:.0%})"] if worst != best else []
    rows = tuple((topic(one.name), f"{one.share:4.0%}", _bar(one.share), str(one.answered)) for one in topics)
    return [*map(Text, lines), Table(("topic", "hit", "", "answered"), rows)]


def _bar(share: float) -> str:
    full = round(share * BAR)
    return "█" * full + "░" * (BAR - full)


def _again(titles: Sequence[str]) -> list[Block]:
    if not titles:
        return []
    return [Text("Worth reading again:", Tone.NOTE), Checklist(tuple(Item(Mark.NONE, title) for title in titles))]


def outlook(seen: Outlook, title: str = "Schedule", lacks: Sequence[str] = ()) -> Reply:
    if not seen.set:
        ask = "Nothing is scheduled here. An admin can set it: /drill schedule 9:00 Europe/Berlin mon-fri"
        return Reply(title, (Text(ask),))
    blocks: list[Block] = [Text(plan_line(seen.plan))]
    if seen.plan.paused is None:
        blocks += _openings(seen.openings, seen.plan.schedule.zone)
    else:
        blocks.append(Text("No drill comes until /drill resume."))
    if lacks:
        blocks.append(Text(f"In this channel I still need: {', '.join(lacks)}. Grant that, or I cannot post."))
    return Reply(title, tuple(blocks))


def plan_line(plan: Plan) -> str:
    schedule = plan.schedule
    parts = [f"{schedule.at:%H:%M}", schedule.zone, weekdays(schedule.days)]
    parts += [f"packs {', '.join(plan.packs)}"] if plan.packs else []
    parts += [f"topics {', '.join(plan.topics)}"] if plan.topics else []
    parts += [str(plan.level)] if plan.level else []
    parts += [f"without {', '.join(str(skip) for skip in schedule.skips)}"] if schedule.skips else []
    parts += [f"paused: {plan.paused}"] if plan.paused is not None else []
    return " · ".join(parts)


def weekdays(chosen: frozenset[int]) -> str:
    """'Mon–Fri', 'Mon, Wed', 'every day'."""
    ordered = sorted(chosen)
    if len(ordered) == 7:
        return "every day"
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{WEEKDAYS[ordered[0]]}–{WEEKDAYS[ordered[-1]]}"
    return ", ".join(WEEKDAYS[number] for number in ordered)


def opening_line(opening: Opening, zone: str) -> str:
    local = opening.at.astimezone(ZoneInfo(zone))
    note = f" ({opening.note})" if opening.note else ""
    return f"{day(opening.day)} {local:%H:%M}{note}"


def settings(seen: Settings, changed: str = "") -> Reply:
    close = f"{seen.close_after} hours after opening" if seen.close_after else "at the next opening"
    rows = (
        ("attempts", str(seen.attempts)),
        ("closing", close),
        ("feedback", seen.feedback.value),
        ("ping", seen.ping or "nobody"),
        ("recap", "on" if seen.recap else "off"),
    )
    title = f"Settings · {changed} changed" if changed else "Settings"
    return Reply(title, (Table(("setting", "value"), rows), Text("Change one: /drill settings attempts 3", Tone.NOTE)))


def stock(seen: Stock) -> Reply:
    rows = tuple((topic(name), str(there), str(left)) for name, there, left in seen.rows)
    blocks: list[Block] = [Table(("topic", "stock", "left"), rows)]
    if seen.recent:
        blocks.append(Text("Asked last: " + ", ".join(asked.question for asked in seen.recent), Tone.NOTE))
    if seen.left < SCARCE:
        blocks.append(Text("Few are left; after them the longest-unasked come again. Add packs or widen the filters."))
    return Reply(f"Questions · {seen.left} left", tuple(blocks))


def help(commands: Sequence[Command], seen: Outlook, admin: bool) -> Reply:
    offered = [command for command in commands if not command.hidden and (admin or not command.admin)]
    lines = tuple(Item(Mark.NONE, f"/drill {usage(command)} — {command.help}") for command in offered)
    coming = ""
    if seen.set and seen.openings and seen.plan.paused is None:
        coming = f"Next drill: {opening_line(seen.openings[0], seen.plan.schedule.zone)} ({seen.plan.schedule.zone})."
    return Reply(
        "drillbot asks one interview question a day",
        (
            Text("Answer in your own words: reply to the question, press Answer, or use /drill answer."),
            Text("You are told which points you hit, and a hint for each you missed. The answer comes at closing."),
            *([Text(coming)] if coming else []),
            Checklist(lines),
        ),
    )


def welcome() -> Reply:
    return Reply(
        "Hello! I ask one interview question a day",
        (
            Text("You answer in your own words; I tell each of you which points you hit and which you missed."),
            Text("To begin, an admin writes in the channel where I should ask: /drill schedule 9:00 Europe/Berlin"),
        ),
    )


def home(
    seen: Page, open_drills: Sequence[tuple[Drill, Question]], ranks: Board | None = None, plans: Sequence[Plan] = ()
) -> Reply:
    """A learner's own page with what can be answered now, the board, and the schedules that are theirs to change."""
    own = page(seen)
    blocks = list(own.blocks)
    for drill, question in open_drills:
        # The leaderboard stands below; from here it would be that of another channel.
        offered = tuple(button for button in buttons(drill, answer=True).buttons if button.command != "board")
        blocks += [Text(f"{_called(drill.channel)}: {question.prompt}", Tone.LEAD), Buttons(offered)]
    if ranks and ranks.rows:
        shown = board(ranks)
        blocks += [Text(shown.title, Tone.LEAD), *shown.blocks]
    if plans:
        lines = [f"{_called(plan.channel)}: {plan_line(plan)}" for plan in plans[:MOST_PLANS]]
        lines += [f"and {len(plans) - MOST_PLANS} more"] if len(plans) > MOST_PLANS else []
        blocks += [Text("Schedules", Tone.LEAD), Checklist(tuple(Item(Mark.NONE, line) for line in lines))]
        blocks.append(Text("To change one, use /drill schedule in its channel.", Tone.NOTE))
    return Reply(own.title, tuple(blocks))


def _called(channel: Channel) -> str:
    """A conversation of two has no name, and a private channel may have none that we know."""
    return f"#{channel.name}" if channel.name else "here, in private" if channel.is_direct else channel.channel_id


def usage(command: Command) -> str:
    words = [f"<{option.name}>" if option.required else f"[{option.name}]" for option in command.options]
    return " ".join([command.name, *words])


def _openings(openings: Sequence[Opening], zone: str) -> list[Block]:
    if not openings:
        return []
    lines = tuple(Item(Mark.NONE, opening_line(opening, zone)) for opening in openings)
    return [Text("Next:", Tone.NOTE), Checklist(lines)]


def _place(seen: Board) -> str:
    if seen.workspace:
        return "all channels"
    return f"#{seen.channel.name}" if seen.channel.name else "this channel"


def _dates(seen: Board) -> str:
    match seen.window:
        case Window.TODAY:
            return f"{day(seen.days.first)} ({seen.zone})"
        case Window.ALL:
            return f"until {day(seen.today)} ({seen.zone})"
        case _:
            return f"{day(seen.days.first)} – {day(seen.days.last)} ({seen.zone})"


def _row(row: Row, own: bool) -> tuple[str, ...]:
    moved = "" if not row.moved else f"{'▲' if row.moved > 0 else '▼'}{abs(row.moved)}"
    name = row.name or "somebody"
    if own and name != "you":
        name += " (you)"
    return str(row.rank), name, str(row.points), moved, str(row.streak)


def _mark(points: int | None) -> str:
    if points is None:
        return "–"
    return "✓" if points >= 80 else "◐" if points else "✗"
