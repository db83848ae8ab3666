"""The heart: facts, rules, signals. See docs/developers.md, "To add a rule"."""
