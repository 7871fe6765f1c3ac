"""News text brought into one plain form that phrases and the trained weights can be read from."""

import re
from functools import lru_cache

CLIENT = "CLIENT"
"""What stands for the client's name in the plain form."""

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_MONEY_SCALE = r"(?:\s?(?:k|m|mn|mln|million|b|bn|billion|tn|trillion|crore|cr|lakh))?"
_NUMBER = r"\d[\d,.]{0,24}"
_TOKEN = re.compile(
    r"(?P<client>\x01)"
    rf"|(?P<money>(?:[a-z]{{0,3}}[$€£¥₹]|\b(?:usd|eur|gbp|rs|inr)\b\.?)\s?{_NUMBER}{_MONEY_SCALE}\b)"
    r"|(?P<ticker>\$[a-z]{1,6}\b|\((?:nyse|nasdaq|lse|tsx|asx|nse|otc)[^)]{1,20}\))"
    rf"|(?P<share>[+-]?{_NUMBER}\s?(?:%|per\s?cent\b|pct\b))"
    rf"|(?P<number>{_NUMBER}(?:st|nd|rd|th|x)?\b)"
    r"|(?P<word>[a-zà-ÿ]+(?:[.&][a-zà-ÿ]+)*)|(?P<tail>['\u2019]s\b)|(?P<mark>[:;,?!|])"
)
_PLAIN = {"money": "AMT", "ticker": "TICKER", "share": "PCT", "number": "NUM", "tail": "'s"}
_LEGAL_FORM = re.compile(
    r"[,\s]+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|gmbh|ag|se|sa|nv|bv|"
    r"group|holdings?)\.?$",
    re.IGNORECASE,
)
MIN_NAME = 2
MAX_TEXT = 2000


def plain_words(text: str, names: tuple[str, ...] = ()) -> str:
    """Return lower-case words between single spaces, with one at each end.

    Amounts, shares, tickers and other numbers become AMT, PCT, TICKER and NUM; the client's
    names become CLIENT. Only `:;,?!|` of the punctuation stays, as words of their own.
    """
    text = _ADDRESS.sub(" ", text[:MAX_TEXT])
    pattern = name_pattern(names)
    if pattern is not None:
        text = pattern.sub("\x01", text)
    return f" {' '.join(_words(text.lower()))} "


def _words(text: str) -> list[str]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "client":
            found.append(CLIENT)
        else:
            found.append(_PLAIN.get(kind) or match[0])
    return found


@lru_cache(maxsize=4096)
def name_pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what finds any of the names, None for no names.

    A name of one word counts only as it is written or in capitals: "Gap" is no gap.
    """
    bare = {_LEGAL_FORM.sub("", name.strip()) for name in names} | {name.strip() for name in names}
    usable = sorted((name for name in bare if len(name) >= MIN_NAME), key=len, reverse=True)
    if not usable:
        return None
    return re.compile("|".join(_spelled(name) for name in usable))


def _spelled(name: str) -> str:
    words = r"[\s\-\u2010-\u2015]+".join(re.escape(word) for word in name.split())
    if " " in name or name.islower():
        return rf"(?<!\w)(?i:{words})(?!\w)"
    return rf"(?<!\w)(?:{words}|{re.escape(name.upper())})(?!\w)"
