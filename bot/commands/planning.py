"""What was given for a schedule → the changed plan: in chat and on the command line."""

from collections.abc import Mapping
from dataclasses import replace

from bot.bank import Bank
from bot.commands.words import parse_days, parse_level, parse_names, parse_skips, parse_time, parse_zone
from bot.store.schedules import Plan


def changed(plan: Plan, given: Mapping[str, str], bank: Bank) -> Plan:
    """*plan* with what is *given*: time, zone, days, skip, packs, topics, level. The rest stays as it is. Raises UserError."""
    old = plan.schedule
    schedule = replace(
        old,
        at=parse_time(given["time"]) if "time" in given else old.at,
        zone=parse_zone(given["zone"]) if "zone" in given else old.zone,
        days=parse_days(given["days"]) if "days" in given else old.days,
        skips=parse_skips(given["skip"]) if "skip" in given else old.skips,
    )
    packs = [pack.id for pack in bank.packs]
    return replace(
        plan,
        schedule=schedule,
        packs=parse_names(given["packs"], packs, "pack") if "packs" in given else plan.packs,
        topics=parse_names(given["topics"], bank.topics, "topic") if "topics" in given else plan.topics,
        level=parse_level(given["level"]) if "level" in given else plan.level,
    )
