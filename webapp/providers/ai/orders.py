"""Whether a text gives orders to the machine that reads it.

Such a text is never shown to a model: what it asks for could touch the other articles of the same
question. It is no complete defence, as anything can be said in other words; what passes here is
held by the fence, the strict reading of answers and the bounds of the rules.
"""

import html
import re
from functools import lru_cache
from pathlib import Path

from webapp.providers.ai.text import readable, visible

_LIST = Path(__file__).parent / "wordlists" / "orders.txt"
MAX_READ = 4000
_TAGS = re.compile("[\U000e0000-\U000e007f]{4,}")


@lru_cache(maxsize=1)
def _patterns() -> re.Pattern[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    kept = [f"(?:{line})" for line in lines if line and not line.startswith("#")]
    return re.compile("|".join(kept))


def gives_orders(*texts: str) -> bool:
    """Tell whether any of the texts speaks to a machine, or hides letters from people."""
    return any(_gives_orders(text) for text in texts if text)


def _gives_orders(text: str) -> bool:
    if _TAGS.search(text[: 4 * MAX_READ]):
        return True
    shown = visible(html.unescape(readable(text)), MAX_READ).lower()
    return _patterns().search(shown) is not None
