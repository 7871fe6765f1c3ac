"""Whether a text says that something is so, is not so, or only may be so."""

import re
from collections.abc import Iterable

_NOT = re.compile(
    r"\b(?:not(?!\s(?:only|just|merely))|no|never|none|nobody|nothing|neither|nor|without|cannot|"
    r"\w+n't|hardly|scarcely|far from|anything but|instead of|rather than)\b(?!\.\s?\d)",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|denials?|refut(?:e|es|ed|ing)|rul(?:e|es|ed|ing) out|"
    r"refus(?:e|es|ed|ing) to|fail(?:s|ed|ing)? to|avoid(?:s|ed|ing)?|avert(?:s|ed|ing)?|"
    r"escap(?:e|es|ed|ing)|dodg(?:e|es|ed|ing)|(?:dismiss|reject)(?:es|ed|s|ing)? (?:\w+ ){0,3}?"
    r"(?:reports?|rumou?rs?|speculation|claims?|talk|suggestions?|allegations?|accusations?)|"
    r"baseless|groundless|unfounded|untrue|shelv(?:e|es|ed|ing)|"
    r"abandon(?:s|ed|ing)?|call(?:s|ed|ing)? off|back(?:s|ed|ing)? (?:away|out)|"
    r"stop(?:s|ped)? short of|emerg(?:e|es|ed|ing) from|no longer|unlikely|"
    r"lift(?:s|ed)? (?:its |the )?ban|cleared of|acquitted)\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(r"\bno longer\b", re.IGNORECASE)
_MAYBE = re.compile(
    r"\b(?:could|may(?!\s\d)|might|would|possibl[ey]|potential(?:ly)?|perhaps|maybe|reportedly|"
    r"allegedly|alleg\w+|rumou?r(?:s|ed)?|speculat\w+|consider(?:s|ed|ing)?|mull(?:s|ed|ing)?|"
    r"weigh(?:s|ed|ing)?|explor(?:e|es|ed|ing)|in talks|talks|discuss(?:es|ed|ing|ions?)?|"
    r"review(?:s|ing)? (?:its )?options|threaten(?:s|ed|ing)?|warn(?:s|ed|ing)?|fears?|feared|"
    r"risks?|at risk|likely|unlikely|probabl[ey]|seek(?:s|ing)?|sought|hop(?:e|es|ing)|"
    r"if|unless|whether|propos(?:e|es|ed|ing|al)|bid(?:s|ding)?|offer(?:s|ed|ing)?|approach(?:es|ed)?|"
    r"eye(?:s|d|ing)?|near(?:s|ing)|close to|on the brink|suitors?|accus(?:e|es|ed|ing)|"
    r"claims?|suspect(?:s|ed)?|appear(?:s|ed)?|seem(?:s|ed)?|look(?:s|ing)? (?:to|at|into)|"
    r"prepar(?:e|es|ed|ing)|loom(?:s|ed|ing)?|expect(?:s|ed|ing)?|predict\w*|forecast\w*|sees|"
    r"plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|aim(?:s|ed|ing)?|to|will|set|"
    r"should|can|shortlist\w*|candidate)\b|\?",
    re.IGNORECASE,
)
_STRONG_MAYBE = re.compile(
    r"\b(?:could|may(?!\s\d)|might|possibl[ey]|potential(?:ly)?|perhaps|maybe|reportedly|rumou?r"
    r"(?:s|ed)?|speculat\w+|consider(?:s|ed|ing)?|mull(?:s|ed|ing)?|weigh(?:s|ed|ing)?|"
    r"explor(?:e|es|ed|ing)|in talks|threaten(?:s|ed|ing)?|fears?|feared|unlikely|"
    r"probabl[ey]|whether|loom(?:s|ed|ing)?|on the brink|"
    r"(?:takeover|buyout|merger|rival|acquisition|cash) (?:offer|bid|approach|proposal)|"
    r"(?:bid|offer|approach) (?:for|to buy|from))\b",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\b(?:likely|unlikely|probabl[ey]|presumabl[ey]|possibl[ey]|potential(?:ly)?|perhaps|maybe|"
    r"may(?!\s\d)|might|could|suggest(?:s|ed|ing)?|signal(?:s|led|ling|ing)?|impl(?:y|ies|ied)|"
    r"indicat(?:e|es|ed|ing|ion)|appear(?:s|ed)?|seem(?:s|ed)?|therefore|thus|hence|"
    r"consequently|as a result|means that|meaning that|which means|risks?|pave(?:s)? the way|"
    r"sign of|opportunity|inevitabl[ey]|surely|certainly|obviously|clearly|undoubtedly)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    rf"{_GUESS.pattern}|{_STRONG_MAYBE.pattern}|"
    r"\b(?:bid|offer\w*|propos\w+|expect\w*|talks|forecast\w*|predict\w*|warn\w*|if|unless|"
    r"hop(?:e|es|ing)|eye[sd]?|near(?:s|ing)|can|would|should|seek(?:s|ing)?)\b|\?",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|result(?:s|ed|ing)? (?:from|in)|caus(?:e|es|ed|ing)|"
    r"driven by|led to|lead(?:s|ing)? to|thanks to|attribut\w+|so that|in order to|in response to|"
    r"blam(?:e|es|ed|ing)|reason)\b",
    re.IGNORECASE,
)
_CAUSE_TOLD = re.compile(
    r"\b(?:because|due|owing|as|after|amid(?:st)?|following|on|since|over|for|result\w*|caus\w+|"
    r"driven|led|lead\w*|thanks|attribut\w+|cit(?:e|es|ed|ing)|blam\w+|reason\w*|so|order|response|"
    r"by|from|with|when|to|in)\b",
    re.IGNORECASE,
)


def is_denied(clause: str) -> bool:
    """Tell whether a folded clause says that something is not so; two denials cancel out."""
    text = _NO_LONGER.sub("not", clause)
    return bool(_NOT.search(text)) != bool(_DENIES.search(text))


def guesses(claim: str, known: Iterable[str]) -> bool:
    """Tell whether a folded claim concludes or supposes where its sources state."""
    texts = tuple(known)
    if _GUESS.search(claim) and not any(_OPEN.search(text) for text in texts):
        return True
    return bool(_CAUSE.search(claim)) and not any(_CAUSE_TOLD.search(text) for text in texts)


def hardens(claim: str, clauses: Iterable[str]) -> bool:
    """Tell whether a folded claim states what its source's clauses only hold possible."""
    texts = tuple(clauses)
    return any(_STRONG_MAYBE.search(text) for text in texts) and not _MAYBE.search(claim)
