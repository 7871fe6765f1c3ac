"""The one source of news in a chaos run: a story a client, and now and then slow."""

import re
import threading
import time
from dataclasses import dataclass, field

from tests.doubles.local_server import Answer, Request

LATENCY_SECONDS = 0.25
SLOW_SECONDS = 2.0
STORY = "raises $65M in Series C funding"
_QUOTED = re.compile(r'"([^"]+)"')


@dataclass
class NewsDesk:
    """Answers like Serper; it remembers whom it told about, so that nothing has to be believed."""

    told: set[str] = field(default_factory=set)
    slow_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, request: Request) -> Answer:
        """Return the one story of the client that the query names."""
        client = _QUOTED.findall(request.json()["q"])[0]
        with self._lock:
            self.told.add(client)
        is_slow = time.monotonic() < self.slow_until
        slug = f"{client} {STORY}".lower().replace(" ", "-").replace("$", "")
        item = {
            "title": f"{client} {STORY}",
            "link": f"https://news.example.com/{slug}",
            "snippet": f"{client} said on Monday that it {STORY}. Shares were not affected.",
            "date": "2 hours ago",
            "source": "Example News",
            "position": 1,
        }
        body = {"searchParameters": {"q": client, "type": "news"}, "news": [item], "credits": 1}
        return Answer(body, delay=SLOW_SECONDS if is_slow else LATENCY_SECONDS)

    def be_slow(self, seconds: float) -> None:
        """Take two seconds for each answer for a while."""
        self.slow_until = time.monotonic() + seconds
