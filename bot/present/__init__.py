"""Results → Reply: every sentence the bot says. Text is plain; escaping, limits and looks belong to the adapters."""
