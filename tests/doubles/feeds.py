"""A feed check whose findings a test writes down; it asks nobody."""

from dataclasses import dataclass, field, replace

from flask import Flask

from webapp.container import EXTENSION
from webapp.providers.search.feed_check import FeedReport, NoFeedCheck
from webapp.services.clients import ClientService


@dataclass
class ScriptedFeeds(NoFeedCheck):
    """Answers with a report by address, remembers what it was asked."""

    reports: dict[str, FeedReport] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def check(self, url: str) -> FeedReport:
        """Answer as written down; everything else is a feed."""
        self.asked.append(url)
        return self.reports.get(url, FeedReport(url, title="News", entries=3))

    def says(self, url: str, problem: str, *proposals: str, is_lasting: bool = True) -> None:
        """Write down that something else is at an address."""
        self.reports[url] = FeedReport(
            url, problem=problem, is_lasting=is_lasting, proposals=proposals
        )


@dataclass
class ScriptedFilers:
    """Knows no number but those that a test writes down; remembers what it was asked."""

    known: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def cik_problem(self, cik: str) -> str | None:
        """Say whether it is written down."""
        return self._problem(f"CIK {cik}", cik)

    def ticker_problem(self, ticker: str) -> str | None:
        """Say whether it is written down."""
        return self._problem(f"symbol {ticker}", ticker)

    def _problem(self, what: str, number: str) -> str | None:
        self.asked.append(number)
        return None if number in self.known else f"The SEC does not know the {what}."


def install(
    app: Flask, feeds: ScriptedFeeds, filers: ScriptedFilers | None = None
) -> dict[str, object]:
    """Return the app's extensions with a client service that asks these."""
    clients = ClientService(feeds=feeds, filers=filers)
    services = replace(app.extensions[EXTENSION], clients=clients)
    return {**app.extensions, EXTENSION: services}
