"""A terminal as a chat platform: tries the bot without a token, and is the template for the next adapter."""

from adapters.console.adapter import Console, lines_of, prompt_lines

__all__ = ["Console", "lines_of", "prompt_lines"]
