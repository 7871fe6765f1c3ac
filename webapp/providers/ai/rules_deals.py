"""Which side of a deal over companies the client is on."""

import re

from webapp.providers.ai.wording import CLIENT

_TAKEN = (
    r"(?:acquired|bought|purchased|taken (?:over|private)|snapped up|swallowed(?: up)?|absorbed|"
    r"gobbled up|scooped up|sold)"
)
_TAKES = (
    r"(?:acqui\w+|buy(?:s|ing)?|bought|purchas\w+|(?:take|takes|taking|took) over|"
    r"snap(?:s|ped|ping)? up|swallow(?:s|ed|ing)?(?: up)?|absorb(?:s|ed|ing)?|"
    r"gobbl(?:es|ed|ing)(?: up)?|scoop(?:s|ed|ing)? up|swoop(?:s|ed)? (?:on|for)|"
    r"(?:take|takes|taking|took) (?:control|hold) of|merg\w+ with)"
)
_SOUGHT = (
    r"(?:takeover|buyout|bid|bids|bidding|offer|offers|offered|approach|approaches|proposal|war|"
    r"battle|suitors?|bidders?|buyers?|talks|interest|interested|race)"
)
_PASSIVE = re.compile(
    rf"{CLIENT} (?:\S+ ){{0,5}}?(?:be|been|being|is|was|gets) (?:\S+ly )?{_TAKEN} "
    rf"|{CLIENT} {_TAKEN} (?:by|in|for) "
)
_BOUGHT = re.compile(
    rf" {_TAKES} (?:(?!rival|supplier|unit|arm|business|by )\S+ ){{0,3}}{CLIENT} (?!'s )"
    rf"| {_SOUGHT} (?:\S+ ){{0,3}}?(?:for|of|in|with|to buy|over) {CLIENT} (?!'s )"
    rf"| AMT (?:\S+ ){{0,3}}?for {CLIENT} (?!'s )"
    rf"| (?:circl\w+|eye[sd]?|eyeing|target\w*|woo\w*|stalk\w*|courts|courting) {CLIENT} (?!'s )"
    rf"|{CLIENT} (?:\S+ ){{0,4}}"
    r"(?:takeover (?!of )|buyout (?!of )|merger |merge |sale talks |acquisition offer )"
    rf"|{CLIENT} (?:agrees|agreed|approves|announces) (?:\S+ ){{0,2}}?sale to "
    rf"|{CLIENT} (?:becomes|became|to become|joins) (?:\S+ ){{0,2}}?(?:part|unit|arm|division) of "
    rf"|{CLIENT} (?:\S+ ){{0,3}}?(?:explor\w+|weigh\w*|mull\w*|consider\w*|seek\w*|launch\w*|"
    r"start\w*|run\w*) (?:an? |the |its |own |possible |potential )*(?:sale|buyer|buyers|suitor) "
    rf"(?!of (?!the company|itself))"
    rf"|(?:sale|acquisition|takeover|buyout|purchase) of {CLIENT} (?!'s )"
    rf"| and {CLIENT} (?:\S+ ){{0,5}}merge|{CLIENT} (?:and|with) (?:\S+ ){{1,6}}?merge "
)
_BUYING = re.compile(
    rf"{CLIENT} (?:\S+ ){{0,6}}?(?:acquires?|acquired|acquiring|buys?|bought|buying|purchases?|"
    r"takes?|took|completes?|closes?|snaps?|swallows?|absorbs?|swoops?|bids?|"
    r"to (?:acquire|buy|purchase|take|snap|bid)) "
    rf"|{CLIENT} 's (?:\S+ ){{0,3}}?(?:takeover|acquisition|purchase|buyout|bid|offer) (?:of|for) "
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
