"""The outside services on 127.0.0.1: files as they lie, and what is made from the request."""

import copy
import json
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from bench.made_answers import (
    account_id_in,
    account_named,
    chat_completion,
    client_named,
    salesforce_account,
)
from bench.replay.hubspot import hubspot_answer
from bench.replay.play import Act, Part, Play, read_answer
from tests.doubles.local_server import Answer, Request


@dataclass(frozen=True)
class Reply:
    """One answer that the server gave: to whom, about whom, and out of which file."""

    act: str
    service: str
    client: str
    file: str
    status: int = HTTPStatus.OK
    made: str | None = None
    """What was made in the file's envelope; None where the file was sent as it is."""


@dataclass
class Replayer:
    """Answers for the act under way and keeps a journal of it."""

    play: Play
    act: Act
    journal: list[Reply] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, request: Request) -> Answer:
        """Answer by the path's first part."""
        services = {
            "serper": self._serper,
            "newsapi": self._newsapi,
            "gdelt": self._gdelt,
            "feeds": self._feed,
            "salesforce": self._salesforce,
            "hubspot": self._hubspot,
            "openai": self._openai,
        }
        service = services.get(request.path.split("/")[1])
        return service(request) if service else _nothing()

    def _serper(self, request: Request) -> Answer:
        query = request.json()["q"]
        part = self._part(_first_name(query))
        is_web = request.path.endswith("/search")
        file = part.web if is_web else part.news
        if file is not None:
            return self._stored("serper", part, file)
        body = copy.deepcopy(read_answer(self.play.folder / self.play.news_envelope).body)
        del body["news"]
        body["searchParameters"] |= {"q": query, "type": "search" if is_web else "news"}
        body["organic" if is_web else "news"] = []
        what = f"an empty list of {'pages' if is_web else 'news'}"
        return self._made("serper", part, self.play.news_envelope, body, what)

    def _newsapi(self, request: Request) -> Answer:
        part = self._part(_first_name(request.query["q"]))
        envelope = read_answer(self.play.folder / self.play.articles_envelope).body
        if part.articles is None:
            body = {**envelope, "totalResults": 0, "articles": []}
            what = "an empty list of articles"
            return self._made("newsapi", part, self.play.articles_envelope, body, what)
        stored = read_answer(self.play.folder / part.articles).body
        if "status" in stored:
            return self._stored("newsapi", part, part.articles)
        articles = stored["articles"]
        body = {**envelope, "totalResults": len(articles), "articles": articles}
        return self._made("newsapi", part, part.articles, body, "an envelope around the articles")

    def _gdelt(self, request: Request) -> Answer:
        part = self._part(_first_name(request.query["query"]))
        if part.gdelt is not None:
            return self._stored("gdelt", part, part.gdelt)
        what = "an answer without articles"
        return self._made("gdelt", part, self.play.gdelt_envelope, {}, what)

    def _feed(self, request: Request) -> Answer:
        _, _, client, name = request.path.split("/", 3)
        part = self._part(unquote(client))
        if name not in part.feeds:
            return _nothing()
        self._note(Reply(self.act.title, "rss", part.client, name))
        data = (self.play.folder / name).read_bytes()
        return Answer(data, content_type="application/xml")

    def _salesforce(self, request: Request) -> Answer:
        if request.path.endswith("/token"):
            return self._token(request)
        soql = request.query.get("q", "")
        asked = self.act.part_of_account(account_id_in(soql))
        part = asked or self._part(account_named(soql))
        envelope = read_answer(self.play.folder / self.play.account_envelope).body
        if part.account is None:
            body = _filled(envelope, _account(soql, part, self.act))
            what = "an account with a contact, a deal and a case"
            return self._made("salesforce", part, self.play.account_envelope, body, what)
        stored = read_answer(self.play.folder / part.account).body
        if "records" in stored:
            return self._stored("salesforce", part, part.account)
        body = {**envelope, "totalSize": 1, "done": True, "records": [stored]}
        return self._made("salesforce", part, part.account, body, "a query answer of one record")

    def _hubspot(self, request: Request) -> Answer:
        part = next((each for each in self.act.parts if each.company), None)
        if part is None or part.company is None:
            return _nothing()
        stored = read_answer(self.play.folder / part.company).body
        path = request.path.removeprefix("/hubspot")
        body = hubspot_answer(path, stored)
        if body is None:
            return _nothing()
        what = "the page that was asked for, around what the file has of it"
        return self._made("hubspot", part, part.company, body, what)

    def _token(self, request: Request) -> Answer:
        body = dict(read_answer(self.play.folder / self.play.token).body)
        body["instance_url"] = f"http://{request.headers['host']}/salesforce"
        nobody = Part("every client")
        return self._made("salesforce", nobody, self.play.token, body, "the token's instance_url")

    def _openai(self, request: Request) -> Answer:
        body = request.json()
        part = self._part(client_named(body))
        if part.chat_error is not None:
            return self._stored("openai", part, part.chat_error)
        made = chat_completion(body)
        answer = copy.deepcopy(read_answer(self.play.folder / self.play.chat_envelope).body)
        content = made["choices"][0]["message"]["content"]
        answer["choices"][0]["message"]["content"] = content
        answer |= {"model": made["model"], "usage": made["usage"]}
        what = "a classification" if "verdicts" in json.loads(content) else "an insight"
        return self._made("openai", part, self.play.chat_envelope, answer, what)

    def _part(self, client: str) -> Part:
        return self.act.part(client) or Part(client)

    def _stored(self, service: str, part: Part, file: str) -> Answer:
        stored = read_answer(self.play.folder / file)
        self._note(Reply(self.act.title, service, part.client, file, stored.status))
        return Answer(stored.body, status=stored.status)

    def _made(self, service: str, part: Part, file: str, body: Any, what: str) -> Answer:  # noqa: ANN401 -- any JSON
        self._note(Reply(self.act.title, service, part.client, file, made=what))
        return Answer(body)

    def _note(self, reply: Reply) -> None:
        with self.lock:
            self.journal.append(reply)


def _first_name(query: str) -> str:
    """Return the first name that a query asks for, quoted or a bare word."""
    start = query.lstrip("(")
    return start.split('"')[1] if start.startswith('"') else start.split()[0].rstrip(")")


def feed_url(server: str, client: str, file: str) -> str:
    """Return the address of a feed; it holds the client, so that the journal can name it."""
    return f"{server}/feeds/{quote(client)}/{file}"


def _filled(envelope: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Put a made account into the envelope and around it the attributes of its record."""
    first = envelope["records"][0]
    record = {**made["records"][0], "attributes": first["attributes"]}
    return {**envelope, "totalSize": 1, "done": True, "records": [record]}


def _account(soql: str, part: Part, act: Act) -> dict[str, Any]:
    return salesforce_account(soql, today=act.at.date(), name=part.client)


def _nothing() -> Answer:
    return Answer({"message": "no such service"}, status=HTTPStatus.NOT_FOUND)
