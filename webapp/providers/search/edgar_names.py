"""The SEC writes many companies' names in capitals; here they become readable."""

from webapp.providers.base import SearchTarget

_SMALL = frozenset({"and", "of", "the", "for", "in", "de"})


def spelled_as(company: str, target: SearchTarget) -> str:
    """Return the SEC's name for a company in the client's own spelling where the two agree.

    "HALCYON HEALTH INC" is "Halcyon Health Inc" for the client Halcyon Health; a name that the
    SEC writes in both cases stays as it is, and one of another company is told apart.
    """
    name = " ".join(company.split())
    known = (target.legal_name or "", target.name, *target.aliases)
    for own in sorted({" ".join(each.split()) for each in known}, key=len, reverse=True):
        if own and _starts_with(name, own):
            return own + _readable(name[len(own) :])
    return _readable(name)


def _starts_with(name: str, own: str) -> bool:
    follows = name[len(own) : len(own) + 1]
    return name.casefold().startswith(own.casefold()) and not follows.isalnum()


def _readable(words: str) -> str:
    if not words.isupper():
        return words
    return " ".join(
        word.lower() if at and word.lower() in _SMALL else word.capitalize()
        for at, word in enumerate(words.split(" "))
    )
