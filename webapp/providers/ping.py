"""Tells a service outside that the tick was done, so that it raises the alarm when none comes.

Healthchecks and its like: GET the address after each good round, the address with `/fail`
after one in which something failed. https://healthchecks.io/docs/http_api/
"""

import logging
from urllib.parse import urlsplit, urlunsplit

from webapp.errors import ProviderError
from webapp.providers.http import HttpClient

log = logging.getLogger(__name__)

SECONDS = 3.0
"""A ping that takes longer is given up: the next tick must not wait for it."""


class Ping:
    """One address, which is a secret: who knows it can keep the alarm quiet."""

    def __init__(self, *, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url

    def send(self, *, ok: bool) -> None:
        """Tell how the round went; a ping that fails is logged and never raises."""
        if not self._url:
            return
        url = self._url if ok else _failing(self._url)
        try:
            self._http.request("GET", url, service="The ping", timeout_seconds=SECONDS)
        except ProviderError as error:
            log.warning("nobody outside was told of the tick: %s", error)


def _failing(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
