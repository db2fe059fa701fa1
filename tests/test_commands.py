"""The verbs, as conversations: what somebody says and what they hear."""

from dataclasses import replace

import pytest

from bot.app import App
from bot.commands import commands
from bot.domain.drill import State
from bot.domain.people import Learner
from bot.domain.question import Level
from bot.errors import StoreError
from bot.protocol import ANSWER, SAID, Reply
from bot.service import drills, schedules
from bot.service.core import Core
from tests.builders import ADA, CHANNEL, FULL, GRACE, HALF, PRECISION, Clock, Events, bank, moved, opened
from tests.fakes.recorder import text_of

BOSS = Learner("console", "local", "boss", "Boss")
PEOPLE = {"ada": ADA, "grace": GRACE, "boss": BOSS}


@pytest.fixture
def talk(core: Core, says: Events) -> "Talk":
    return Talk(core, says)


class Talk:
    """Says lines like '/drill board today' and returns all that is heard, '' for nothing."""

    def __init__(self, core: Core, says: Events) -> None:
        self.core, self.says = core, says
        self.app = App(core)

    async def __call__(self, line: str, who: str = "ada", **rest: object) -> str:
        heard: list[Reply] = []

        async def show(reply: Reply) -> None:
            heard.append(reply)

        verb, _, text = line.removeprefix("/drill ").partition(" ") if line.startswith("/drill") else (SAID, "", line)
        event = self.says(verb, text, learner=PEOPLE[who], admin=who == "boss", addressed=verb != SAID, **rest)
        await self.app.handle(event, show)
        assert len(heard) <= 1
        return text_of(heard[0]) if heard else ""


STORY = [
    ("ada", "/drill help", ["asks one interview question a day", "/drill answer <text>", "/drill board [window] [scope]"]),
    ("ada", "/drill today", ["There is no open drill here."]),
    ("ada", f"/drill answer {FULL}", ["There is no open drill here."]),
    ("ada", "/drill score", ["There is no open drill here."]),
    ("ada", "/drill board", ["This week", "Nobody has points here yet."]),
    ("ada", "/drill me", ["You have not answered a drill here yet."]),
    ("ada", FULL, []),
    ("boss", "/drill schedule", ["Nothing is scheduled here."]),
    ("boss", "/drill skip", ["There is no open drill here."]),
    ("boss", "/drill replace", ["There is no open drill here."]),
    ("boss", "/drill pause", ["There is no schedule here yet."]),
    ("boss", "/drill resume", ["There is no schedule here yet."]),
    ("boss", "/drill schedule 9:00 Europe/Berlin", ["Schedule set", "09:00 · Europe/Berlin · Mon–Fri", "Mon 23 Nov 09:00"]),
    ("ada", "/drill help", ["Next drill: Mon 23 Nov 09:00 (Europe/Berlin)."]),
    ("boss", "/drill pause", ["Paused"]),
    ("boss", "/drill schedule", ["paused: by an admin"]),
    ("boss", "/drill resume", ["Going on", "Mon 23 Nov 09:00"]),
    ("boss", "/drill questions", ["Questions · 2 left", "deep learning | 1 | 1", "evaluation | 1 | 1"]),
    ("boss", "/drill now evaluation", ["An extra drill is on its way", "evaluation · foundation"]),
    (None, "the drill is posted", []),
    ("ada", "/drill today", ["Extra drill · Fri 20 Nov · evaluation · foundation", "What does precision measure", "[Answer]"]),
    ("ada", "good morning everyone", []),
    ("ada", HALF, ["attempt 1 of 2", "✓ What it measures", "✗ Hint: Which error hurts?", "1 more attempt"]),
    ("ada", "/drill answer", ["The answer is empty."]),
    ("ada", f"/drill answer {FULL}", ["2 of 2 points · attempt 2 of 2", "✓ When it matters"]),
    ("ada", f"/drill answer {FULL} Again.", ["You have used both attempts"]),
    ("grace", "/drill answer I would not know", ["0 / 100 · 0 of 2 points · attempt 1 of 2", "✗ Hint: Of what?"]),
    ("ada", "/drill score", ["My score · Precision", "Attempt 1 of 2", "Attempt 2 of 2"]),
    ("grace", "/drill board all", ["All time", "1 | Ada", "2 | Grace (you) | 0", "more points to the next rank"]),
    ("grace", "/drill board today workspace", ["Today", "all channels"]),
    ("ada", "/drill me", ["1 answered", "Strongest: evaluation"]),
    ("boss", "/drill questions", ["Questions · 1 left", "Asked last: precision", "Few are left"]),
    ("boss", "/drill replace", ["Replaced"]),
    ("ada", "/drill score", ["There is no open drill here."]),
    ("ada", "/drill board", ["1 | Ada (you) | 0"]),
]


async def test_a_first_day(talk: Talk) -> None:
    for who, line, fragments in STORY:
        if who is None:
            moved(talk.core, drills.listed(talk.core, CHANNEL)[0], State.OPEN, message="post-1")
            continue
        heard = await talk(line, who)
        assert all(fragment in heard for fragment in fragments), f"{who}: {line}\n{heard}"
        assert fragments or not heard, f"{who}: {line}\n{heard}"


SCHEDULES = [
    ("9", "09:00 · UTC · Mon–Fri"),
    ("9:00 europe/berlin", "09:00 · Europe/Berlin · Mon–Fri"),
    ("mon,wed,fri America/New_York 21:30", "21:30 · America/New_York · Mon, Wed, Fri"),
    ("sun-thu 9am Asia/Jerusalem", "09:00 · Asia/Jerusalem · Mon, Tue, Wed, Thu, Sun"),
    ("days:fri-mon time:12am zone:utc", "00:00 · UTC · Mon, Fri, Sat, Sun"),
    ("12pm daily", "12:00 · UTC · every day"),
    ("7.45pm weekend", "19:45 · UTC · Sat, Sun"),
    ("time=9 TUESDAY", "09:00 · UTC · Tue"),
    ('zone:"America/New York" 8', "08:00 · America/New_York · Mon–Fri"),
    ("9 advanced", "09:00 · UTC · Mon–Fri · advanced"),
    ("any 2026-12-24..2026-12-31,2027-01-06", "without 2026-12-24..2026-12-31, 2027-01-06"),
    ("none evaluation", "topics evaluation"),
    ("topics:Deep-Learning,evaluation", "topics deep-learning, evaluation"),
    ("topics:any packs:test", "packs test"),
    ("monitoring", "topics monitoring"),
]


async def test_a_schedule_is_read_in_any_order(core: Core, clock: Clock, says: Events) -> None:
    levels = [replace(PRECISION, id=f"q-{level}", level=level) for level in Level]
    watch = replace(PRECISION, id="drift", topic="monitoring")
    deep = replace(PRECISION, id="deep", topic="deep-learning")
    rich = Core(core.store, bank(*levels, watch, deep), clock)
    for words, line in SCHEDULES:
        schedules.remove(rich, CHANNEL)
        heard = await Talk(rich, says)(f"/drill schedule {words}", "boss")
        assert line in heard, f"{words}\n{heard}"


REFUSED = [
    ("/drill bord", "There is no /drill bord. Did you mean board?"),
    ("/drill Board today", "There is no /drill Board. Did you mean board?"),
    ("/drill xyzzy", "There is no /drill xyzzy. There is: help, today"),
    ("/drill help me", "/drill help takes nothing more."),
    ("/drill board yesterday", "I cannot place 'yesterday' in /drill board, which takes window, scope. Did you mean today?"),
    ("/drill board window:yesterday", "There is no window 'yesterday'. Did you mean today?"),
    ("/drill now evalution", "Did you mean evaluation?"),
    ("/drill now evaluation advanced", "No question fits these filters."),
    ("/drill schedule 25:00", "I cannot place '25:00' in /drill schedule"),
    ("/drill schedule time:25:00", "'25:00' is not a time. Write it like 9:00, 9am or 21:30."),
    ("/drill schedule time:13pm", "'13pm' is not a time."),
    ("/drill schedule zone:Berlin", "'Berlin' is not a zone. Did you mean Europe/Berlin?"),
    ("/drill schedule zone:Europe/Berln", "Did you mean Europe/Berlin?"),
    ("/drill schedule zone:../../etc/passwd", "is not a zone."),
    ("/drill schedule 9:00 Berlin", "Did you mean Europe/Berlin?"),
    ("/drill schedule 9:00 Europe/Berln", "Did you mean Europe/Berlin?"),
    ("/drill schedule days:funday", "'funday' are not days."),
    ("/drill schedule days:mon-", "'mon-' are not days."),
    ("/drill schedule days:,", "Name at least one day"),
    ("/drill schedule skip:2026-02-30", "'2026-02-30' is not a date."),
    ("/drill schedule skip:2026-12-31..2026-12-24", "is not a date."),
    ("/drill schedule skip:2026-01-01..2036-01-01", "there is no drill in the next two years"),
    ("/drill schedule topics:nlp", "There is no topic 'nlp'."),
    ("/drill schedule packs:tests", "Did you mean test?"),
    ("/drill schedule advanced", "No question fits these packs, topics and level."),
    ("/drill settings attempts", "Write a whole number from 1 to 10 (attempts)."),
    ("/drill settings attempts 0", "Write a whole number from 1 to 10 (attempts)."),
    ("/drill settings attempts 99999999999999999999", "Write a whole number from 1 to 10"),
    ("/drill settings attempts ²", "Write a whole number from 1 to 10"),
    ("/drill settings closing 1000", "Write a whole number from 1 to 336"),
    ("/drill settings feedback loud", "feedback is score"),
    ("/drill settings ping two roles", "ping is one role (mention it), or nobody."),
    ("/drill settings recap maybe", "recap is on or off."),
    ("/drill settings atempts 3", "Did you mean attempts?"),
    ("/drill settings atempts", "Did you mean attempts?"),
]


async def test_what_cannot_be_is_refused_with_a_way_out(talk: Talk) -> None:
    for line, sentence in REFUSED:
        heard = await talk(line, "boss")
        assert sentence in heard, f"{line}\n{heard}"
        assert len(heard) < 500
    assert schedules.listed(talk.core) == []
    assert drills.listed(talk.core, CHANNEL) == []


SETTINGS = [
    ("", ["attempts | 2", "closing | at the next opening", "feedback | score", "ping | nobody", "recap | on"]),
    ("attempts 3", ["Settings · attempts changed", "attempts | 3"]),
    ("closing 8", ["closing | 8 hours after opening"]),
    ("closing 24h", ["closing | 24 hours after opening"]),
    ("closing 8 hours", ["closing | 8 hours after opening"]),
    ("closing next", ["closing | at the next opening"]),
    ("feedback reaction", ["feedback | reaction"]),
    ("ping <@&123456>", ["ping | 123456"]),
    ("ping <!subteam^S0123>", ["ping | S0123"]),
    ("name:ping value:nobody", ["ping | nobody"]),
    ("recap off", ["attempts | 3", "recap | off"]),
]


async def test_settings(talk: Talk) -> None:
    for words, lines in SETTINGS:
        heard = await talk(f"/drill settings {words}".strip(), "boss")
        assert all(line in heard for line in lines), f"{words}\n{heard}"


async def test_what_admins_do_is_refused_to_others(talk: Talk) -> None:
    opened(talk.core)
    for command in commands(talk.core.bank):
        if command.admin:
            assert "is for admins" in await talk(f"/drill {command.name}", "ada")
    assert [drill.state for drill in drills.listed(talk.core, CHANNEL)] == [State.OPEN]
    assert "/drill pause" not in await talk("/drill help", "ada")
    assert "/drill pause" in await talk("/drill help", "boss")


async def test_who_set_the_channel_up_is_an_admin_of_it(talk: Talk) -> None:
    await talk("/drill schedule 9:00", "boss")
    talk.says.count += 1
    assert "Paused" in await talk("/drill pause", "boss")
    schedules.remove(talk.core, CHANNEL)
    assert "is for admins" in await talk("/drill schedule 9:00", "grace")


async def test_hidden_commands_are_offered_nowhere(talk: Talk) -> None:
    offered = await talk("/drill help", "boss") + await talk("/drill xyzzy")
    for command in commands(talk.core.bank):
        assert (f"/drill {command.name}" in offered) != command.hidden


async def test_an_extra_drill_asked_for_twice_by_one_event_is_one(talk: Talk) -> None:
    event = talk.says("now", learner=BOSS, admin=True)

    async def show(_: Reply) -> None: ...

    await talk.app.handle(event, show)
    await talk.app.handle(event, show)
    assert len(drills.listed(talk.core, CHANNEL)) == 1


@pytest.mark.parametrize("error", [StoreError("The database is locked"), RuntimeError("a secret in a bug")])
async def test_trouble_is_told_with_a_reference_and_without_its_content(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("bot.app.dispatch", fail)
    heard = await talk(f"/drill {ANSWER} {FULL}")
    assert "Nothing was counted" in heard
    assert "reference" in heard
    assert str(error) not in heard
    if isinstance(error, StoreError):  # it may be an answer: whoever brought it brings it again
        with pytest.raises(StoreError):
            await talk("good morning")
    else:
        assert await talk("good morning") == ""
