"""What of a model's words may be shown: quotes that stand in a source, sentences that it carries.

The claims of an insight, each with its quote, are held against `evidence.check.check_claim`.
"""

import re
from collections.abc import Iterable

from webapp.providers.ai.evidence.check import MIN_QUOTE_WORDS, contradicts, unsupported_facts
from webapp.providers.ai.evidence.quotes import locate

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'“])")


def find_quote(quote: object, texts: Iterable[str]) -> str | None:
    """Return a quote as the first text that holds it spells it, None where none does.

    Quotes of fewer than four words are none. Spaces, case and the shape of quotation marks may
    differ; words may not.
    """
    if not isinstance(quote, str) or len(quote.split()) < MIN_QUOTE_WORDS:
        return None
    found = next((hit for text in texts if (hit := locate(quote, text))), None)
    if found is None or len(found.quote.split()) < MIN_QUOTE_WORDS:
        return None
    return found.quote


def has_quotable(texts: Iterable[str]) -> bool:
    """Tell whether any text is long enough to be quoted at all."""
    return any(len(text.split()) >= MIN_QUOTE_WORDS for text in texts)


def keep_supported(text: str, sources: Iterable[str]) -> str:
    """Return the sentences of `text` that the sources carry.

    A sentence goes if it has a number, date or name that no source holds, or says the contrary
    of the source's sentence that is nearest to it.
    """
    known = tuple(sources)
    return " ".join(
        sentence
        for sentence in _SENTENCE_END.split(text)
        if not unsupported_facts(sentence, known) and not contradicts(sentence, known)
    )
