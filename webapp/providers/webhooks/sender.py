"""The way out over HTTP: past the guard, to https, without redirects, within a time limit."""

import time
from http import HTTPStatus

from webapp.errors import AddressRefusedError, ProviderError
from webapp.providers.addresses import AddressGuard, split_url
from webapp.providers.base import OutgoingWebhook, WebhookReply
from webapp.providers.feed_addresses import NO_WEB_ADDRESS, check_feed_url
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.http_answers import parse_retry_after

SECONDS = 15.0
PROBE_SECONDS = 5.0
MAX_BODY_BYTES = 4_096
MAX_RETRY_AFTER_SECONDS = 86_400.0
MAX_HEADERS = 30
MAX_HEADER_LENGTH = 500
_MOVED = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})


class HttpWebhookSender:
    """Sends to public addresses only, whatever a name leads to at the time.

    With `needs_https` plain http is refused, but for hosts that an administrator allowed.
    """

    def __init__(self, *, http: HttpClient, guard: AddressGuard, needs_https: bool) -> None:
        self._http = http.guarded_by(guard)
        self._guard = guard
        self._needs_https = needs_https

    def refusal(self, url: str) -> str | None:
        """Return why nothing may ever be sent there, or None; looks nothing up."""
        found = check_feed_url(url, guard=self._guard)
        if found == NO_WEB_ADDRESS:
            return "Enter a web address such as https://example.com/beacon."
        if found is None and self._needs_https and not self._is_secure(url):
            return "The address must begin with https://, so that nobody on the way can read along."
        return found

    def problem(self, url: str) -> str | None:
        """Ask once for the address's head; None where anything answers that has not moved."""
        try:
            answer = self._http.request(
                "HEAD", url, timeout_seconds=PROBE_SECONDS, max_bytes=0, cuts_body=True
            )
        except ProviderError as error:
            return str(error)
        if answer.status in _MOVED:
            return "It has moved to another address; enter that one, as redirects are not followed."
        return None

    def send(self, webhook: OutgoingWebhook) -> WebhookReply:
        """POST the message and return what came back, cut; an error is part of the reply."""
        began = time.monotonic()
        error, answer = self.refusal(webhook.url), None
        if error is None:
            try:
                answer = self._http.request(
                    "POST",
                    webhook.url,
                    headers={**webhook.headers, "Accept-Encoding": "identity"},
                    body=webhook.body,
                    timeout_seconds=SECONDS,
                    max_bytes=MAX_BODY_BYTES,
                    cuts_body=True,
                )
            except ProviderError as failure:
                error = str(failure)
        milliseconds = round((time.monotonic() - began) * 1000)
        if answer is None:
            return WebhookReply(error=error, milliseconds=milliseconds)
        return _reply(answer, milliseconds)

    def _is_secure(self, url: str) -> bool:
        try:
            parts, port = split_url(url)
        except AddressRefusedError:
            return False
        return parts.scheme == "https" or self._guard.allows(parts.hostname or "", port)


def _reply(answer: HttpAnswer, milliseconds: int) -> WebhookReply:
    return WebhookReply(
        status=answer.status,
        headers={
            name[:MAX_HEADER_LENGTH]: value[:MAX_HEADER_LENGTH]
            for name, value in list(answer.headers.items())[:MAX_HEADERS]
        },
        body=answer.body.decode("utf-8", errors="replace").replace("\x00", "\ufffd"),
        error=None if answer.is_ok else _meaning(answer),
        retry_after=parse_retry_after(
            answer.headers.get("retry-after"), at_most=MAX_RETRY_AFTER_SECONDS
        ),
        milliseconds=milliseconds,
    )


def _meaning(answer: HttpAnswer) -> str:
    """Say in words what is wrong with an answer that is no success."""
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return f"It answered with a redirect ({answer.status}), which is not followed."
    if answer.status == HTTPStatus.GONE:
        return "It says that it is gone for good (410)."
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return "It asks to slow down (429)."
    return f"It answered with status {answer.status}."
