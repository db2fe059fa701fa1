"""The shipped deep dive and the open questions, asked day after day on a fixed clock."""

from datetime import time

from sqlalchemy import select

from bot.app import App
from bot.bank import Bank, load_bank
from bot.config import ROOT
from bot.domain.calendar import Schedule
from bot.domain.drill import PARTICIPATION
from bot.domain.question import Kind
from bot.protocol import ANSWER
from bot.reconcile import Reconciler
from bot.service import answers, schedules
from bot.service.core import Core
from bot.store import Store
from bot.store.schedules import Plan
from bot.store.verify import differences
from bot.tables import results
from tests.builders import CHANNEL, Clock, Events
from tests.fakes.memory import Memory, Post

ASPECTS = 11
WEEK = Schedule(time(9), "UTC", frozenset(range(5)))


def shipped(*packs: str) -> Bank:
    return load_bank([ROOT / "questions" / f"{pack}.yaml" for pack in packs])


async def days(core: Core, clock: Clock, count: int) -> list[Post]:
    """What is posted on that many mornings, weekends included."""
    platform = Memory()
    reconciler = Reconciler(App(core), {"console": platform})
    clock.pass_(hours=-1)
    schedules.save(core, Plan(0, CHANNEL, WEEK))
    clock.pass_(hours=1)
    for _ in range(count):
        await reconciler.tick()
        clock.pass_(days=1)
    return [post for post in platform.posts.values() if post.key.startswith("drill-")]


async def test_one_model_is_asked_about_on_consecutive_drill_days(store: Store, clock: Clock) -> None:
    bank = shipped("deep-dive")
    posts = await days(Core(store, bank, clock), clock, 15)
    texts = [str(post.reply.blocks[0]) for post in posts[:ASPECTS]]
    (model,) = {model.name for model in bank.packs[0].models if f"Today: {model.name}." in texts[0]}
    assert len(texts) == ASPECTS
    assert all(f"Today: {model}." in text for text in texts)
    asked = [question.prompt.replace("{model}", model) for question in bank.questions]
    assert all(prompt in text for prompt, text in zip(asked, texts, strict=True))


def test_a_series_is_graded_on_the_model_s_own_facts() -> None:
    bank = shipped("deep-dive")
    for model in bank.packs[0].models:
        for id, fact in model.facts.items():
            own = {finding.id for finding in bank.grade(f"{id}@{model.id}", fact.answer).findings}
            assert {point.id for point in fact.key_points} < own
    answer = "Prediction compares the query with every stored row, so it costs O(n d) per request; use a KD-tree or HNSW."
    assert bank.grade("model-speed@k-nearest-neighbors", answer).score > bank.grade("model-speed@linear-regression", answer).score


async def test_a_discussion_says_so_and_counts_for_taking_part(store: Store, clock: Clock, says: Events) -> None:
    bank = shipped("interview-craft")
    core = Core(store, bank, clock)
    [post] = await days(core, clock, 1)
    assert "Graded on structure only" in str(post.reply.blocks)
    assert f"{PARTICIPATION} points" in str(post.reply.blocks)
    clock.pass_(days=-1)
    question = next(one for one in bank.questions if one.prompt in str(post.reply.blocks[0]))
    assert question.kind is Kind.DISCUSSION
    strong = next(one.text for one in question.examples if one.band == "strong")
    verdict = answers.answer(core, says(ANSWER, strong))
    assert verdict
    assert verdict.attempt.grade.score > 60
    with store.read() as tx:
        assert tx.execute(select(results.c.points)).scalars().all() == [PARTICIPATION]
    assert differences(store) == []
