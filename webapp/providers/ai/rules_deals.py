"""Which side of a deal over companies the client is on."""

import re

from webapp.providers.ai.wording import CLIENT

_PASSIVE = re.compile(
    rf"{CLIENT} (?:\S+ ){{0,5}}?(?:be|been|being|is|was|gets) "
    r"(?:acquired|bought|purchased|taken|sold) "
    rf"|{CLIENT} (?:acquired|bought|purchased|taken over) by "
)
_BOUGHT = re.compile(
    rf"(?:acqui\w+|buys?|buying|bought|purchas\w+|takeover of|bid for|offer for|merg\w+ with) "
    rf"(?:\S+ ){{0,3}}{CLIENT} "
    rf"|{CLIENT} (?:\S+ ){{0,4}}(?:takeover|buyout|merger|merge|sale talks|acquisition offer) "
    rf"|(?:sale|acquisition|takeover|buyout|purchase) of {CLIENT} "
    rf"| and {CLIENT} (?:\S+ ){{0,5}}merge"
)
_BUYING = re.compile(
    rf"{CLIENT} (?:\S+ ){{0,6}}?(?:acquires?|acquired|acquiring|buys?|bought|buying|purchases?|"
    r"takes?|completes?|closes?|snaps?|to (?:acquire|buy|purchase)) "
)


def is_client_bought(plain: str) -> bool:
    """Tell whether the client is what a deal is over, or one half of a merger."""
    if CLIENT not in plain:
        return False
    if _PASSIVE.search(plain):
        return True
    bought, buying = _BOUGHT.search(plain), _BUYING.search(plain)
    if bought is None or buying is None:
        return bought is not None
    return bought.start() <= buying.start()
