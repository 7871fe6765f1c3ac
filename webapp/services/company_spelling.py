"""One form for what is written in many: accents, apostrophes, dashes, "&" and "and"."""

import re
import unicodedata
from functools import lru_cache

_ODD = {
    "\u2019": "'",
    "\u02bc": "'",
    "\u2032": "'",
    "\u00b4": "'",
    "\uff07": "'",
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "-",
    "\u00ad": "",
    "\u200b": "",
    "\u2060": "",
    "\ufeff": "",
    "\u2122": "\u00ae",  # would come apart into the letters TM
    "\u2120": "\u00ae",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0142": "l",
    "\u0141": "L",
    "\u0111": "d",
    "\u0110": "D",
    "\u00f0": "d",
    "\u00d0": "D",
    "\u0131": "i",
    "\u00df": "ss",
    "\u00e6": "ae",
    "\u00c6": "AE",
    "\u0153": "oe",
    "\u0152": "OE",
}
"""What Unicode does not take apart by itself. Longer dashes stay: they part sentences."""
_ODD_ONES = re.compile(f"[{''.join(_ODD)}]|(?<=\\w)\u2018(?=\\w)")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_DASHES = r"\-\u2010-\u2015"
_GAP = rf"[\s{_DASHES}]+"
_AND = re.compile(r"(?<=\S)(?:\s*&\s*|\s+and\s+)(?=\S)", re.IGNORECASE)
_AND_SPELLED = rf"(?:\s*&\s*|{_GAP}and{_GAP})"
_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_LETTERS, _FURTHER_LETTERS = r"0-9A-Za-z_", r"\u00c0-\u024f\u0370-\u052f"
"""Letters of scripts that part words by space; in Japanese or Thai a name stands anywhere."""
_PIECE = re.compile(rf"(?P<quote>[{_QUOTES}])|(?P<dash>[{_DASHES}])|(?P<end>[!?]+\Z)")
_SPELLED = {"quote": f"[{_QUOTES}]?", "dash": f"[{_DASHES}]", "end": "[!?]*"}


def folded(text: str) -> str:
    """Return a text in its own capitals without accents and typographic variants.

    Folding twice changes nothing further. Signs of other scripts stay as they are.
    """
    return text if text.isascii() else _folded(text)


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    plain = _ODD_ONES.sub(lambda found: _ODD.get(found[0], "'"), text)
    if plain.isascii():
        return plain
    # Together again at the end: signs of Korean are letters that must not be cut.
    apart = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return _ODD_ONES.sub(lambda found: _ODD.get(found[0], "'"), unicodedata.normalize("NFC", apart))


def spelling(phrase: str) -> str:
    """Return a regular expression for all ways to write a folded phrase.

    A dash may stand between its words, "and" for "&"; quotes and a "!" at its end may be missing.
    """
    if not re.search(r"\w", phrase):
        return re.escape(phrase)
    parts = (_GAP.join(map(_word, part.split())) for part in _AND.split(phrase))
    return _AND_SPELLED.join(parts)


def alone(spelled: str, *, beside: str = "") -> str:
    """Return a regular expression for what is spelled so and no part of a longer word.

    Nor does it stand behind one of the signs `beside`. Letters are told in two small classes and
    past any IGNORECASE, as one large class takes longer to compile than all the rest.
    """
    before = rf"(?<![{_LETTERS}{beside}])(?<![{_FURTHER_LETTERS}])"
    return rf"{before}{spelled}(?![{_LETTERS}])(?![{_FURTHER_LETTERS}])"


def _word(word: str) -> str:
    spelled, read = "", 0
    for found in _PIECE.finditer(word):
        spelled += re.escape(word[read : found.start()]) + _SPELLED[found.lastgroup or ""]
        read = found.end()
    return spelled + re.escape(word[read:])
