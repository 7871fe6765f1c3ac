"""Where a name stands in a text: the words, signs and tickers around it."""

import re
from dataclasses import dataclass

from webapp.services.company_lists import words_of

_WORD = r"[^\W_][\w&.'\u2019\u2010-\u2015-]*"
_NEXT = re.compile(rf"[ \t\u00a0\u00ae\u2122]+({_WORD})(?:[ \t]+({_WORD}))?")
_PREVIOUS = re.compile(rf"({_WORD})[ \t\u00a0]+$")
_POSSESSIVE = re.compile(r"(?:['\u2019]s|(?<=s)['\u2019])(?!\w)", re.IGNORECASE)
_JOINED_BEHIND = re.compile(r"[-\u2010-\u2013/](\w[\w-]*)(?:[ \t]+(\w[\w-]*))?")
_JOINED_BEFORE = re.compile(r"(\w+)[-\u2010-\u2013]$")
_TICKER_BEHIND = re.compile(
    r"[\s,]*(?:(?:Inc|Corp|Co|Ltd|Corporation|Company|plc|PLC)\.?[\s,]+)?"
    r"\(\s*(?:[A-Za-z]{2,8}\s*:\s*)?\$?([A-Z]{1,6})\s*\)"
)
_HEADING = re.compile(r"^\W{0,3}\$([A-Za-z.]{1,6})\s*(?:\([^)]{0,20}\)\s*)?[-:|\u2013\u2014]\s*$")
_GENITIVE = re.compile(r"['\u2019]s?$")
_START = re.compile(r"(?:^|[.!?:;|\u2014\u2013\u2026\"\u201c\u2018(]\s*|\s-\s+|\s/\s+)$")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_AROUND = 80
_MOSTLY = 0.7
_ENOUGH_WORDS = 3
_SHORTEST_PREFIX = 4


@dataclass(frozen=True)
class Mention:
    """How much one mention speaks for the company, in log-odds, and why, in plain words."""

    weight: float
    reason: str


@dataclass(frozen=True)
class Place:
    """A name in a text with what stands around it; empty texts where nothing does."""

    text: str
    start: int
    end: int
    own_words: frozenset[str]
    is_common: bool
    is_title_case: bool
    has_ticker: bool = False
    is_written_small: bool = False

    @property
    def form(self) -> str:
        """The name as it is written here."""
        return self.text[self.start : self.end]

    @property
    def left(self) -> str:
        """What comes before."""
        return self.text[max(0, self.start - _AROUND) : self.start]

    @property
    def right(self) -> str:
        """What comes after."""
        return self.text[self.end : self.end + _AROUND]

    @property
    def is_at_start(self) -> bool:
        """Whether a sentence or a part of a headline begins with it."""
        return self.start == 0 or _START.search(self.left) is not None

    @property
    def is_possessive(self) -> bool:
        """Whether 's stands behind it."""
        return _POSSESSIVE.match(self.text, self.end) is not None

    @property
    def following(self) -> tuple[str, str] | None:
        """The next two words, if only space parts the first from the name."""
        found = _NEXT.match(self.right)
        return (_bare(found[1]), _bare(found[2] or "")) if found else None

    @property
    def preceding(self) -> str:
        """The word before, if only space parts it from the name."""
        found = _PREVIOUS.search(self.left)
        return found[1] if found else ""

    @property
    def joined_behind(self) -> str:
        """What a hyphen or slash joins to its end."""
        found = _JOINED_BEHIND.match(self.right)
        return found[1] if found else ""

    @property
    def word_behind_joined(self) -> str:
        """The word that follows what is joined to its end, lower case."""
        found = _JOINED_BEHIND.match(self.right)
        return (found[2] or "").casefold() if found else ""

    @property
    def joined_before(self) -> str:
        """What a hyphen joins to its beginning."""
        found = _JOINED_BEFORE.search(self.left)
        return found[1] if found else ""

    @property
    def ticker_behind(self) -> str:
        """A ticker in brackets right behind, lower case."""
        found = _TICKER_BEHIND.match(self.right)
        return found[1].casefold() if found else ""

    @property
    def heading_ticker(self) -> str:
        """The ticker that heads the text right before the name, lower case."""
        found = _HEADING.match(self.left)
        return found[1].casefold() if found else ""

    def is_own(self, word: str) -> bool:
        """Tell whether a word, lower case, is of the client's names, or its beginning or end."""
        if word in self.own_words:
            return True
        if len(word) < _SHORTEST_PREFIX:
            return False
        long = (each for each in self.own_words if len(each) >= _SHORTEST_PREFIX)
        return any(
            each.startswith(word) or word.startswith(each) for each in long if each != self.key
        )

    @property
    def key(self) -> str:
        """The name as it is written here, lower case."""
        return self.form.casefold()


def is_title_case(text: str) -> bool:
    """Tell whether nearly every longer word has a capital, so that capitals tell nothing."""
    small = words_of("small_words")
    words = [word for word in _LONG_WORD.findall(text) if word.lower() not in small]
    if len(words) < _ENOUGH_WORDS:
        return False
    capitals = sum(not word.islower() for word in words[1:])
    return capitals / (len(words) - 1) >= _MOSTLY


def _bare(word: str) -> str:
    return _GENITIVE.sub("", word.rstrip(".,-\u2010\u2013"))
