"""Languages of news: a two-letter code each, and the name that GDELT has for it."""

ANY = "any"
"""The setting that asks for every language."""

NAMES = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "he": "hebrew",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "zh": "chinese",
}
_CODES = {name: code for code, name in NAMES.items()}


def code_of(name: object) -> str | None:
    """Return the code of a language by its English name, None for one that is not known."""
    return _CODES.get(name.strip().lower()) if isinstance(name, str) else None
