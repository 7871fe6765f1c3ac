"""Claims planted about a text: some that it carries, said otherwise, and some that it does not."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})\b")
_QUARTER = re.compile(r"\bQ([1-4])\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w,.]*\d)")
_COUNT = re.compile(r"(?<![\w.,$€£₹'-])(?:[2-9]|1[0-9])(?= [a-z]{3,})")
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
_SPELLED = (_WORDS + "fifteen sixteen seventeen eighteen nineteen").split()
_NAME = re.compile(r"\b[A-Z][a-z]{3,}(?:[A-Z][a-z]+)*\b")
_SIDES = re.compile(
    r"^(?P<one>[A-Z]\w+(?: [A-Z]\w+)?) (?P<verb>buys|acquires|sues|beats|rejects|hires|fines|joins|"
    r"overtakes|invests in|cuts stake in|raises stake in|sells stake in) (?P<other>[A-Z]\w+"
    r"(?: [A-Z]\w+)?)(?= |$)"
)
_TURNED = (
    ("rises", "falls"), ("rise", "fall"), ("rose", "fell"), ("gains", "drops"), ("up", "down"),
    ("higher", "lower"), ("profit", "loss"), ("buys", "sells"), ("raises", "cuts"),
    ("wins", "loses"), ("opens", "closes"), ("beats", "misses"), ("gain", "loss"),
    ("jumps", "slumps"), ("surges", "plunges"), ("upgrades", "downgrades"), ("strong", "weak"),
)  # fmt: skip
_SAME = (
    ("buys", "acquires"), ("rises", "climbs"), ("falls", "drops"), ("profit", "earnings"),
    ("shares", "stock"), ("unveils", "launches"), ("jumps", "surges"), ("plans to", "intends to"),
    ("hires", "recruits"), ("resigns", "steps down"), ("cuts", "reduces"), ("firm", "company"),
    ("probe", "investigation"), ("bags", "wins"), ("gets", "receives"), ("falls", "declines"),
)  # fmt: skip
_VERB = re.compile(r"\b(will|is|are|was|were|has|have|can|may|to)\b")
_DENIED = re.compile(r"\b(?:not?|never|n't|fails?|without|avoid|nothing)\b", re.IGNORECASE)
_CONCLUSIONS = (
    "{name} will reduce its budget for outside software.",
    "{name} is likely to replace several of its suppliers.",
    "Employees of {name} are worried about their future.",
    "{name} wants to win the trust of its customers back.",
    "This puts the renewal with {name} at risk.",
    "Competitors of {name} will profit from this.",
    "The management of {name} has lost the support of the board.",
    "{name} needs more licences than before.",
)
_INVENTED = (
    "{name} said it was pleased with the outcome and would say more soon",
    "a spokesman for {name} confirmed the report on request",
)
_SHORT_WORDS = 3


@dataclass(frozen=True)
class Planted:
    """A claim with its quote, the kind of its mistake, "" where there is none."""

    text: str
    quote: str
    mistake: str = ""


def carried(text: str) -> Iterator[Planted]:
    """Yield claims that the text carries, each said in another way."""
    yield Planted(f"{text}.", text)
    yield Planted(text.upper(), text)
    yield Planted(text, f"  {text.replace(' ', '  ').replace(chr(39), chr(0x2019))} ")
    for plain, other in ((r"(\d)%", r"\1 percent"), (r"(\d) ?(?:per cent|pct)\b", r"\1%")):
        yield from _changed(text, re.sub(plain, other, text))
    scaled = re.sub(r"(\d)\s?(?:bn|billion)\b", r"\1 billion", text)
    yield from _changed(text, re.sub(r"\$(?=\d)", "USD ", scaled))
    yield from _changed(text, re.sub(r"\b(\d+)\.(\d) billion\b", r"\1,\g<2>00 million", scaled))
    yield from _changed(text, _COUNT.sub(lambda found: _SPELLED[int(found[0])], text))
    for word, other in _SAME:
        yield from _changed(text, re.sub(rf"\b{word}\b", other, text))


def uncarried(text: str, *, other: str, name: str, number: int) -> Iterator[Planted]:
    """Yield claims that the text does not carry, whatever kinds of mistake it allows.

    `other` is another text, `name` a name that this one does not hold; `number` picks among
    what is the same for all texts.
    """
    for mistake, change in _MISTAKES.items():
        if (claim := change(text, name)) not in (text, ""):
            yield Planted(claim, text, mistake)
    yield Planted(text, other, "quote from another text")
    yield Planted(text, _with_other_word(text), "paraphrased quote")
    yield Planted(text, " ".join(text.split()[:_SHORT_WORDS]), "short quote")
    own = _NAME.search(text)
    if own is not None:
        conclusion = _CONCLUSIONS[number % len(_CONCLUSIONS)].format(name=own[0])
        yield Planted(conclusion, text, "conclusion")
        invented = _INVENTED[number % len(_INVENTED)].format(name=own[0])
        yield Planted(text, invented, "invented quote")


def _changed(text: str, claim: str) -> Iterator[Planted]:
    if claim != text:
        yield Planted(claim, text)


def _with_other_word(text: str) -> str:
    words = text.split()
    words[len(words) // 2] = "reportedly"
    return " ".join(words)


def _other_number(text: str, _: str) -> str:
    return _NUMBER.sub(lambda found: _shifted(found[0]), text, count=1)


def _shifted(number: str) -> str:
    """Return a number with its first digit changed."""
    return str(int(number[0]) % 9 + 1) + number[1:]


def _other_name(text: str, name: str) -> str:
    names = [match for match in _NAME.finditer(text) if match.start()]
    return text[: names[-1].start()] + name + text[names[-1].end() :] if names else ""


def _other_subject(text: str, name: str) -> str:
    first = _NAME.match(text)
    return name + text[first.end() :] if first else ""


def _swapped(text: str, _: str) -> str:
    return _SIDES.sub(r"\g<other> \g<verb> \g<one>", text)


def _other_unit(text: str, _: str) -> str:
    changed = re.sub(r"(\d)\s?(?:%|per cent|percent|pct)", r"\1 million", text, count=1)
    if changed == text:
        changed = re.sub(r"(\d)\s?(?:million|mn|m)\b", r"\1 billion", text, count=1)
    return changed


def _other_currency(text: str, _: str) -> str:
    changed = re.sub(r"\$(?=\d)", "€", text, count=1)
    return changed if changed != text else re.sub(r"\bRs\.? ?(?=\d)", "$", text, count=1)


def _other_date(text: str, _: str) -> str:
    for pattern, names in ((_MONTH, _MONTHS), (_DAY, _DAYS)):
        changed = pattern.sub(lambda found, n=names: n[n.index(found[1]) - 1], text, count=1)  # type: ignore[misc]  # the default binds the names of this round
        if changed != text:
            return changed
    return _QUARTER.sub(lambda found: f"Q{int(found[1]) % 4 + 1}", text, count=1)


def _denied(text: str, _: str) -> str:
    found = _VERB.search(text)
    if found is None or _DENIED.search(text):
        return ""
    before, verb, after = text[: found.start()], found[0], text[found.end() :]
    return f"{before}not to{after}" if verb == "to" else f"{before}{verb} not{after}"


def _turned(text: str, _: str) -> str:
    for pair in _TURNED:
        for word, contrary in (pair, pair[::-1]):
            both = re.search(rf"\b{contrary}\b", text)
            if not both and re.search(rf"\b{word}\b", text):
                return re.sub(rf"\b{word}\b", contrary, text, count=1)
    return ""


_MISTAKES: dict[str, Callable[[str, str], str]] = {
    "number": _other_number,
    "name": _other_name,
    "subject": _other_subject,
    "sides": _swapped,
    "unit": _other_unit,
    "currency": _other_currency,
    "date": _other_date,
    "denial": _denied,
    "contrary": _turned,
}
