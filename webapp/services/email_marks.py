"""Marks in mails by which an opening or a followed link is known again."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from html import unescape

from itsdangerous import BadSignature, Signer

from webapp.config import Settings
from webapp.enums import HitKind

HONEYPOT = 0
"""The place of the link that no person sees; real links count from 1."""
_HREF = re.compile(r'href="(https?://[^"]*)"')
_END = "</body>"
_MAX_PLACE = 999


@dataclass(frozen=True)
class Mark:
    """What a mark stands for: a mail's token, and for a link its place."""

    token: str
    place: int | None


@dataclass(frozen=True)
class MarkedMail:
    """The HTML part with its marks; where link n leads is `links[n - 1]`."""

    html: str
    links: tuple[str, ...]


class EmailMarks:
    """Signed addresses below `PUBLIC_URL`, which name neither a person nor where they lead."""

    def __init__(self, settings: Settings) -> None:
        key = settings.secret_key.get_secret_value()
        self._base = settings.public_url
        self._signers = {
            kind: Signer(key, salt=f"beacon-{kind.value}", digest_method=hashlib.sha256)
            for kind in HitKind
        }

    def pixel(self, token: str) -> str:
        """Return the address of the picture that tells that a mail was opened."""
        return f"{self._base}/o/{self._sign(HitKind.OPEN, token)}"

    def link(self, token: str, place: int) -> str:
        """Return the address that leads on to a mail's link at this place."""
        return f"{self._base}/c/{self._sign(HitKind.CLICK, f'{token}.{place}')}"

    def read(self, kind: HitKind, signed: str) -> Mark | None:
        """Return what a mark of this kind stands for; None if we did not make it."""
        try:
            value = self._signers[kind].unsign(signed).decode("ascii")
        except (BadSignature, UnicodeError):
            return None
        if kind is HitKind.OPEN:
            return Mark(value, None)
        token, _, place = value.rpartition(".")
        return Mark(token, int(place))

    def put_into(self, html: str, *, token: str, plain: Collection[str]) -> MarkedMail:
        """Return a mail's HTML with a pixel and with links that lead over us.

        Those in `plain` stay as they are: who ends or changes mails is not counted. `html` is a
        rendered template of ours, whose quotes are escaped in all that came from outside.
        """
        places: dict[str, int] = {}

        def lead_over_us(found: re.Match[str]) -> str:
            target = unescape(found.group(1))
            if target in plain or len(places) >= _MAX_PLACE:
                return found.group()
            place = places.setdefault(target, len(places) + 1)
            return f'href="{self.link(token, place)}"'

        marked = _HREF.sub(lead_over_us, html)
        head, end, tail = marked.rpartition(_END)
        return MarkedMail(f"{head}{self._unseen(token)}{end}{tail}", tuple(places))

    def _unseen(self, token: str) -> str:
        """Return the pixel, and a link that only a machine follows."""
        return (
            f'<a href="{self.link(token, HONEYPOT)}" tabindex="-1" aria-hidden="true"'
            ' style="display:none;mso-hide:all;max-height:0;overflow:hidden">&#8203;</a>'
            f'<img src="{self.pixel(token)}" width="1" height="1" alt="" border="0"'
            ' style="display:block;width:1px;height:1px;border:0">'
        )

    def _sign(self, kind: HitKind, value: str) -> str:
        return self._signers[kind].sign(value).decode("ascii")
