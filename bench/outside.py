"""A server on 127.0.0.1 that answers like the outside services, each with its latency.

Run as a process of its own (`python -m bench.outside`), so that its work is not counted as the
worker's. It prints its address and ends when its standard input closes.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from bench.made_answers import chat_completion, salesforce_account
from tests.doubles.local_server import Answer, Request, serve

SEARCH, CRM, CLASSIFY, INSIGHT = 0.2, 0.3, 0.8, 1.5
"""Latencies in seconds."""

STORY = "raises $65M in Series C funding"
"""What all three sources report, so that duplicates are there to be found."""
PASSING = (
    ("Trade fair draws 400 exhibitors", "Among the exhibitors were Acme Corp, {} and 398 others."),
    ("Ten stocks that moved on Monday", "Shares of Acme Corp, {} and Globex drifted sideways."),
    ("City council plans new tram line", "The line would pass the offices of Globex and {}."),
    ("Local run raises money for school", "Sponsors include the bakery, {} and the sports club."),
)
"""What names the client in passing, and is judged as well: a third of real results are better."""


def respond(request: Request) -> Answer:
    """Answer by the path's first part."""
    area = request.path.split("/")[1]
    return _AREAS.get(area, _unknown)(request)


def _unknown(_request: Request) -> Answer:
    return Answer({"message": "no such service"}, status=404)


def _serper(request: Request) -> Answer:
    query = request.json()["q"].split('"')[1]
    items = [_article(query, STORY), *(_mention(query, *each) for each in PASSING)]
    body = {"searchParameters": {"q": query, "type": "news"}, "news": items, "credits": 1}
    return Answer(body, delay=SEARCH)


def _article(client: str, topic: str) -> dict[str, Any]:
    slug = f"{client} {topic}".lower().replace(" ", "-").replace("$", "")
    return {
        "title": f"{client} {topic}",
        "link": f"https://news.example.com/{slug}",
        "snippet": f"{client} said on Monday that it {topic}. Shares were not affected.",
        "date": "2 hours ago",
        "source": "Example News",
        "position": 1,
    }


def _mention(client: str, title: str, snippet: str) -> dict[str, Any]:
    return {**_article(client, title), "title": title, "snippet": snippet.format(client)}


def _google(request: Request) -> Answer:
    query = request.query.get("q", "").split('"')
    name = query[1] if len(query) > 1 else "Unknown"
    article = _article(name, STORY)
    item = {"title": article["title"], "link": article["link"], "snippet": article["snippet"],
            "kind": "customsearch#result", "displayLink": "news.example.com"}  # fmt: skip
    info = {"totalResults": "1", "searchTime": 0.2}
    return Answer({"kind": "customsearch#search", "searchInformation": info, "items": [item]},
                  delay=SEARCH)  # fmt: skip


def _feed(request: Request) -> Answer:
    name = request.path.split("/")[2].replace("-", " ")
    when = format_datetime(datetime.now(UTC) - timedelta(hours=5))
    item = (
        f"<item><title>{name} {STORY}</title>"
        f"<link>https://feed.example.com/{request.path.split('/')[2]}</link>"
        f"<description>{name} said on Monday that it {STORY}."
        f"</description><pubDate>{when}</pubDate></item>"
    )
    feed = f'<rss version="2.0"><channel><title>{name}</title>{item}</channel></rss>'
    return Answer(feed, content_type="application/rss+xml", delay=SEARCH)


def _salesforce(request: Request) -> Answer:
    if request.path.endswith("/token"):
        url = f"http://{request.headers['host']}/salesforce"
        return Answer({"access_token": "local", "instance_url": url, "token_type": "Bearer",
                       "issued_at": "1700000000000"})  # fmt: skip
    soql = request.query.get("q", "")
    return Answer(salesforce_account(soql, today=datetime.now(UTC).date()), delay=CRM)


def _openai(request: Request) -> Answer:
    body = request.json()
    is_insight = "<event_json_" in body["messages"][-1]["content"]
    return Answer(chat_completion(body), delay=INSIGHT if is_insight else CLASSIFY)


_AREAS: dict[str, Callable[[Request], Answer]] = {
    "serper": _serper,
    "google": _google,
    "feeds": _feed,
    "salesforce": _salesforce,
    "openai": _openai,
}


def main() -> None:
    """Serve until standard input closes."""
    with serve(respond) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
