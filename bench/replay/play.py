"""What is played: acts on their days, the clients of each, and the files that answer for them."""

import json
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zlib import crc32

from webapp.enums import CRMName


@dataclass(frozen=True)
class Part:
    """One client of an act. Files are named relative to the play's folder.

    `news` and `web` answer for Serper, `articles` for NewsAPI, `gdelt` for GDELT, `account` for
    Salesforce, `company` for HubSpot, `chat_error` for OpenAI; where one is missing, the server
    makes an answer in the play's envelope. GDELT is switched on in an act that has an answer of
    its. `account_id` is the client's confirmed account in the CRM, as its file has it.
    """

    client: str
    industry: str | None = None
    legal_name: str | None = None
    owner: str = "ana"
    feeds: tuple[str, ...] = ()
    news: str | None = None
    web: str | None = None
    articles: str | None = None
    gdelt: str | None = None
    account: str | None = None
    company: str | None = None
    account_id: str | None = None
    chat_error: str | None = None

    @property
    def crm(self) -> CRMName:
        """Which CRM has the client's account."""
        return CRMName.HUBSPOT if self.company else CRMName.SALESFORCE

    @property
    def crm_account_id(self) -> str:
        """The client's account in the CRM; one that is made where no file has it."""
        return self.account_id or f"001{crc32(self.client.encode()):012d}"


@dataclass(frozen=True)
class Act:
    """One run on one day; at `digests_at` the digests of that day are asked for."""

    title: str
    at: datetime
    parts: tuple[Part, ...]
    digests_at: datetime | None = None

    @property
    def has_gdelt(self) -> bool:
        """Whether GDELT answers for a client of this act."""
        return any(part.gdelt for part in self.parts)

    def part(self, client: str) -> Part | None:
        """Return what is known of a client."""
        return next((part for part in self.parts if part.client == client), None)

    def part_of_account(self, account_id: str) -> Part | None:
        """Return what is known of the client with this account."""
        return next((part for part in self.parts if part.crm_account_id == account_id), None)


@dataclass(frozen=True)
class Play:
    """The acts in order, the folder of the answers, and the envelopes for those that are made."""

    name: str
    folder: Path
    acts: tuple[Act, ...]
    token: str
    news_envelope: str
    articles_envelope: str
    gdelt_envelope: str
    account_envelope: str
    chat_envelope: str


@dataclass(frozen=True)
class Stored:
    """An answer as it lies in a file."""

    status: int
    body: Any


class AnswerMissingError(Exception):
    """A file of the play is not there or cannot be read."""


def read_answer(path: Path) -> Stored:
    """Return status and body of a JSON file.

    It holds the bare body, one with its status, a text with the statuses that were seen, or an
    exchange, or the first of several.
    """
    found = _load(path)
    if isinstance(found, list) and found and isinstance(found[0], dict):
        found = found[0]
    if isinstance(found, dict) and isinstance(found.get("response"), dict):
        found = found["response"]
    if isinstance(found, dict) and "body" in found:
        return Stored(int(found.get("status", HTTPStatus.OK)), found["body"])
    if isinstance(found, dict) and "body_text" in found:
        return Stored(int(found["status_seen"][0]), found["body_text"])
    return Stored(HTTPStatus.OK, found)


def check_files(play: Play) -> None:
    """Raise AnswerMissingError naming the first file that is not there."""
    named = [
        play.token,
        play.news_envelope,
        play.articles_envelope,
        play.gdelt_envelope,
        play.account_envelope,
        play.chat_envelope,
    ]
    for part in (part for act in play.acts for part in act.parts):
        answers = (part.news, part.web, part.articles, part.gdelt, part.account, part.company)
        named += [*part.feeds, *filter(None, (*answers, part.chat_error))]
    for name in named:
        if not (play.folder / name).is_file():
            raise AnswerMissingError(f"{play.folder} holds no {name}; is it the right folder?")


def _load(path: Path) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise AnswerMissingError(f"{path} cannot be read: {error}") from None
