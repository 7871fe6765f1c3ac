"""Tells people from machines that open mails and follow links."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.enums import HitKind, MachineSign
from webapp.models import EmailHit
from webapp.services.email_marks import HONEYPOT

TOO_SOON = timedelta(seconds=10)
"""No person reads a mail so soon; the scanner of the mail server does."""
BURST = timedelta(seconds=2)
BURST_LINKS = 3
BURST_MAILS = 3
HONEYPOT_NEAR = timedelta(seconds=10)
"""What comes so near to a step into the honeypot is the same machine on another address."""

_ON_VIEW = re.compile(r"GoogleImageProxy|YahooMailProxy", re.IGNORECASE)
_PRIVACY = re.compile(r"Mozilla/5\.0")
"""Apple's Mail Privacy Protection names itself so and no further; it loads every mail."""
_SCANNERS = re.compile(
    r"""bot\b|bot/|crawler|spider|scanner|uripreview|bingpreview|previewer|headless|phantomjs
    | ^curl/|^wget|python|^java/|go-http-client|libwww|axios|node-fetch|httpclient|aiohttp|scrapy
    | facebookexternalhit|whatsapp|slurp|(?:existence|protocol)\ discovery
    | barracuda|proofpoint|mimecast|messagelabs|symantec|trendmicro|trend\ micro|sophos|fireeye
    | forcepoint|ironport|bitdefender|fortinet|fortimail|avanan|check\ ?point|safelinks|vade
    | urlscan|virustotal|cloudmark|kaspersky|mcafee|zscaler""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Visit:
    """What a request tells of who made it."""

    is_head: bool = False
    is_prefetch: bool = False
    user_agent: str = ""
    network: str | None = None


def loads_on_view(user_agent: str) -> bool:
    """Tell whether this is a picture proxy that asks when its reader looks, as Gmail's does."""
    return _ON_VIEW.search(user_agent) is not None


def own_sign(
    visit: Visit, place: int | None, *, sent_at: datetime | None, now: datetime
) -> MachineSign | None:
    """Return what shows by one request alone that no person made it; None if nothing does."""
    agent = visit.user_agent
    shown = (
        (place == HONEYPOT, MachineSign.HONEYPOT),
        (visit.is_head, MachineSign.HEAD),
        (visit.is_prefetch, MachineSign.PREFETCH),
        (_PRIVACY.fullmatch(agent), MachineSign.PRIVACY_PROXY),
        (not agent or _SCANNERS.search(agent), MachineSign.SCANNER),
        (sent_at is None or now < sent_at + TOO_SOON, MachineSign.TOO_SOON),
    )
    return next((sign for is_so, sign in shown if is_so), None)


def judge(hits: Sequence[EmailHit], *, links: int) -> list[MachineSign | None]:
    """Return for each hit of one mail why it is a machine's, None for a person's.

    What a hit showed by itself stays; what only shows when all are looked at is added. `links`
    is how many links the mail has.
    """
    bursts = list(_bursts(hits, links))
    traps = [hit for hit in hits if hit.place == HONEYPOT]
    return [hit.sign or _shared_sign(hit, bursts, traps) for hit in hits]


def _shared_sign(
    hit: EmailHit, bursts: Sequence[tuple[datetime, datetime]], traps: Sequence[EmailHit]
) -> MachineSign | None:
    if any(_same_machine(hit, trap) for trap in traps):
        return MachineSign.HONEYPOT
    if any(start - BURST <= hit.created_at <= end + BURST for start, end in bursts):
        return MachineSign.ALL_LINKS
    return None


def _same_machine(hit: EmailHit, trap: EmailHit) -> bool:
    if abs(hit.created_at - trap.created_at) <= HONEYPOT_NEAR:
        return True
    return (hit.network, hit.user_agent) == (trap.network, trap.user_agent)


def _bursts(hits: Iterable[EmailHit], links: int) -> Iterable[tuple[datetime, datetime]]:
    """Yield the moments between which more links were followed than a person can."""
    clicks = sorted(
        (hit for hit in hits if hit.kind is HitKind.CLICK), key=lambda hit: hit.created_at
    )
    needed = min(BURST_LINKS, max(links, 2))
    for number, first in enumerate(clicks):
        near = [hit for hit in clicks[number:] if hit.created_at <= first.created_at + BURST]
        if len({hit.place for hit in near}) >= needed:
            yield first.created_at, near[-1].created_at
