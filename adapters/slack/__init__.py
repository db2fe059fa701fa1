"""Slack: one `/drill` command, threads, buttons, forms and App Home, over Socket Mode or HTTP."""

from adapters.slack.adapter import Slack
from adapters.slack.manifest import manifest
from adapters.slack.oauth import OAuth

__all__ = ["OAuth", "Slack", "manifest"]
