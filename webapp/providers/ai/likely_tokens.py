"""About how many tokens it takes to judge articles, for an estimate before anything is asked."""

from webapp.providers.ai.pricing import Tokens
from webapp.providers.ai.prompts import CLASSIFY_INSTRUCTIONS

CHARACTERS_A_TOKEN = 4
ITEM_CHARACTERS = 160
"""What stands around an article's words: its ref, publisher and date."""
CALL_TOKENS = 600
"""The schema of the answer, and what a vendor adds around the words of a question."""
VERDICT_TOKENS = 250
"""What a verdict takes, as a rule, a reasoning model's thinking included."""


def likely_tokens(*, characters: int, items: int, calls: int) -> Tokens:
    """Return about what it takes to judge so many items with so many characters in all."""
    asked = calls * len(CLASSIFY_INSTRUCTIONS) + items * ITEM_CHARACTERS + characters
    return Tokens(
        input=asked // CHARACTERS_A_TOKEN + calls * CALL_TOKENS, output=items * VERDICT_TOKENS
    )
