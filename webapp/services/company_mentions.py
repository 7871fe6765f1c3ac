"""Reads one mention of a name in its context: the company, a word, a person or another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from webapp.services import company_lists as lists
from webapp.services.company_common import acts_as_word, is_half_of_a_thing, makes_one_thing
from webapp.services.company_places import Mention, Place

_AND_ANOTHER = re.compile(r" & [A-Z]")
_FOLLOWS_AS_OWNER = frozenset(
    {"owner", "maker", "led", "style", "backed", "owned", "based", "made"}
)
_WORD_OF_LANGUAGE = "a word of the language, not the company"
_UNCLEAR = "the name is a word of the language, and nothing says that the company is meant"


@dataclass(frozen=True)
class Cue:
    """One sign near a mention, in log-odds; several of them add up."""

    weight: float
    reason: str = ""


def read_mention(place: Place) -> Mention:
    """Weigh one mention of a name: above zero it means the client."""
    if place.form.islower() and not place.is_written_small:
        return Mention(-4.0, _WORD_OF_LANGUAGE)
    if _begins_phrase(place):
        return Mention(-2.0, _WORD_OF_LANGUAGE)
    cues = [_prior(place), *_headed_by_another_ticker(place), *_after(place), *_before(place)]
    weight = sum(cue.weight for cue in cues)
    telling = [cue for cue in cues if cue.reason and (cue.weight > 0) == (weight > 0)]
    if telling:
        return Mention(weight, max(telling, key=lambda cue: abs(cue.weight)).reason)
    return Mention(weight, f"names \u201c{place.form}\u201d" if weight > 0 else _UNCLEAR)


def _begins_phrase(place: Place) -> bool:
    """Tell "Apple pie" and "Oracle of Omaha" from the companies."""
    key = place.key
    if place.is_common and place.text.startswith(" of ", place.end) and place.is_at_start:
        return True
    following = place.following if key in _heads_of_phrases() else None
    if following is None:
        return False
    pair = f"{key}_{following[0].casefold()}"
    phrases = lists.words_of("phrases")
    return pair in phrases or f"{pair}_{following[1].casefold()}" in phrases


@lru_cache(maxsize=1)
def _heads_of_phrases() -> frozenset[str]:
    return frozenset(phrase.partition("_")[0] for phrase in lists.words_of("phrases"))


def _prior(place: Place) -> Cue:
    if not place.is_common:
        return Cue(2.0)
    if place.form.isupper() and len(place.form) > 1 and not place.text.isupper():
        return Cue(1.5)
    if place.is_title_case:
        return Cue(-0.6)
    return Cue(-0.2) if place.is_at_start else Cue(1.2, "is written as a name")


def _headed_by_another_ticker(place: Place) -> Iterator[Cue]:
    ticker = place.heading_ticker
    if ticker and place.has_ticker and ticker not in place.own_words:
        yield Cue(-1.5, f"the headline is about the ticker {ticker.upper()}")


def _after(place: Place) -> Iterator[Cue]:
    if place.is_possessive:
        yield Cue(1.8, "is spoken of as the owner of something")
        return
    ticker = place.ticker_behind
    if ticker:
        yield _ticker_behind(place, ticker)
    if place.is_common and _AND_ANOTHER.match(place.right):
        yield Cue(-1.5, "the first part of another name")
    part = place.joined_behind
    following = place.following
    if part:
        yield _joined_behind(place, part)
    elif following and place.is_common and makes_one_thing(place, following[0]):
        yield Cue(-2.0, _WORD_OF_LANGUAGE)
    elif following:
        yield from _next_word(place, following[0], following[1])
    elif place.right[:1] in {",", ":", "/"}:
        yield Cue(0.8, "stands alone as a name")


def _ticker_behind(place: Place, ticker: str) -> Cue:
    if ticker in place.own_words or not place.has_ticker:
        return Cue(2.0, "stands beside a ticker")
    return Cue(-4.0, f"stands beside another ticker, {ticker.upper()}")


def _joined_behind(place: Place, part: str) -> Cue:
    if part.islower() and (part in lists.verbs() or part in _FOLLOWS_AS_OWNER):
        return Cue(1.0)
    if place.word_behind_joined in lists.words_of("deals"):
        return Cue(1.0, "is one side of a deal")
    weight = -4.0 if place.is_common or _left_is_name(place) else -0.5
    return Cue(weight, f"part of the longer word \u201c{place.form}-{part}\u201d")


def _next_word(place: Place, word: str, second: str) -> Iterator[Cue]:
    low, small = word.casefold(), lists.words_of("small_words")
    if place.is_own(low):
        yield Cue(4.0, f"gives the full name \u201c{place.form} {word}\u201d")
    elif low in lists.words_of("company_nouns"):
        yield Cue(2.4, f"is spoken of as a company (\u201c{place.form} {word}\u201d)")
    elif low in lists.words_of("designators") and (not word.islower() or place.is_title_case):
        yield Cue(_designated(place, low), f"part of another name, \u201c{place.form} {word}\u201d")
    elif low in lists.verbs() and low not in small - {"is"}:
        yield _acts(place, low)
    elif low in {"to", "and", "&", "vs", "versus"}:
        yield _joins(place, low)
    elif lists.is_place(word):
        yield Cue(1.0)
    elif low in small:
        yield Cue(0.4 if place.is_at_start else 0.0)
    elif not word.islower() and word[:1].isalpha():
        yield _unknown_capital(place, word, second)
    elif place.is_common and word.islower():
        # At the start the capital tells nothing: "Box office", "Ramp agent"
        yield Cue(-0.9 if place.is_at_start and is_half_of_a_thing(place, low) else -0.3)


def _designated(place: Place, word: str) -> float:
    if word in lists.words_of("soft_designators"):
        return -3.0 if place.is_common else -1.5
    return -4.5


def _acts(place: Place, verb: str) -> Cue:
    if place.is_common and acts_as_word(place, verb):
        return Cue(-0.6, _WORD_OF_LANGUAGE)
    if place.is_at_start:
        weight = 0.6 if verb == "is" and place.is_common else 2.0
        return Cue(weight, "is the subject of the title")
    unsure = place.is_common and place.is_title_case and _left_is_name(place)
    return Cue(0.5 if unsure else 2.0, "is the one who acts")


def _joins(place: Place, word: str) -> Cue:
    if word == "to":
        unsure = place.is_common and _left_is_name(place)
        return Cue(0.2 if unsure else 0.9, "is the one who acts")
    return Cue(0.9, "stands beside other names")


def _unknown_capital(place: Place, word: str, second: str) -> Cue:
    reason = f"part of another name, \u201c{place.form} {word}\u201d"
    if place.form.casefold() in lists.words_of("first_names"):
        return Cue(-3.0, f"a person's name, \u201c{place.form} {word}\u201d")
    if not place.is_title_case:
        is_acting = second.islower() and second in lists.verbs() and not word.isupper()
        return Cue(-2.0 if place.is_common else -1.2 if is_acting else -0.8, reason)
    if place.is_common:
        return Cue(-0.8, _WORD_OF_LANGUAGE if lists.is_common(word) else reason)
    return Cue(-0.3)


def _before(place: Place) -> Iterator[Cue]:
    part = place.joined_before
    if part:
        weight = -3.0 if place.is_common else -0.5
        yield Cue(weight, f"part of the longer word \u201c{part}-{place.form}\u201d")
    elif place.is_at_start:
        yield Cue(0.6, "begins the sentence")
    elif place.preceding:
        yield from _previous_word(place, place.preceding)
    elif place.left.rstrip()[-1:] == ",":
        yield Cue(0.8, "stands in a list of names")
    elif place.left.rstrip()[-1:] == "&":
        yield Cue(-1.5 if place.is_common else -0.3, "the last part of another name")


def _previous_word(place: Place, word: str) -> Iterator[Cue]:
    low = word.casefold()
    if place.is_common and f"{low}_{place.key}" in lists.words_of("collocations"):
        yield Cue(-2.5, _WORD_OF_LANGUAGE)
    elif low in lists.words_of("articles"):
        if place.is_common and not _is_spoken_of_as_company(place):
            yield Cue(-2.2, _WORD_OF_LANGUAGE)
    elif place.is_own(low.removesuffix("'s").removesuffix("\u2019s")):
        yield Cue(2.5, f"gives the full name \u201c{word} {place.form}\u201d")
    elif low.endswith(("'s", "\u2019s")):
        yield Cue(-1.5 if place.is_common else -0.3, "belongs to somebody else")
    elif low == "to" and place.is_common and place.is_title_case:
        yield Cue(-1.2, "a verb, not the company")
    elif low in lists.words_of("first_names") and not word.islower():
        yield Cue(-4.0, f"a person's name, \u201c{word} {place.form}\u201d")
    elif low in lists.words_of("before_names"):
        yield Cue(0.9, f"names \u201c{place.form}\u201d")
    elif not word.islower() and word[:1].isalpha():
        yield _capital_before(place, word)


def _capital_before(place: Place, word: str) -> Cue:
    low = word.casefold()
    if low in lists.verbs() or low in lists.words_of("company_nouns") - {"price"}:
        return Cue(0.3)
    if lists.is_place(word):
        return Cue(0.0)
    reason = f"part of another name, \u201c{word} {place.form}\u201d"
    if not place.is_common:
        return Cue(-0.5 if place.is_title_case else -1.2, reason)
    if place.is_title_case and lists.is_common(word):
        return Cue(-1.6, _WORD_OF_LANGUAGE)
    return Cue(-2.5 if place.is_title_case else -3.5, reason)


def _left_is_name(place: Place) -> bool:
    word = place.preceding
    if not word or place.is_at_start:
        return False
    return (
        not word.islower() and word.casefold() not in lists.words_of("before_names") | _not_names()
    )


def _is_spoken_of_as_company(place: Place) -> bool:
    following = place.following
    return following is not None and following[0].casefold() in lists.words_of("company_nouns")


@lru_cache(maxsize=1)
def _not_names() -> frozenset[str]:
    return lists.verbs() | lists.words_of("small_words")
