"""The play of our own writing: invented companies, answers in the shapes of the real services."""

from datetime import UTC, datetime
from pathlib import Path

from bench.replay.play import Act, Part, Play

ANSWERS = Path(__file__).parent / "answers"


def own_play(folder: Path = ANSWERS) -> Play:
    """Return the play over a folder of answers, ours unless another one is given."""
    return Play(
        name="answers of our own writing",
        folder=folder,
        acts=(_tuesday(), _wednesday(), _thursday()),
        token="salesforce/token.json",
        news_envelope="serper/halcyon-tuesday.json",
        articles_envelope="newsapi/nothing.json",
        gdelt_envelope="gdelt/nothing.json",
        account_envelope="salesforce/account-northwind.json",
        chat_envelope="openai/chat-completion.json",
    )


def _tuesday() -> Act:
    return Act(
        title="A morning of news",
        at=datetime(2026, 3, 10, 8, tzinfo=UTC),
        digests_at=datetime(2026, 3, 10, 9, 5, tzinfo=UTC),
        parts=(
            Part(
                "Halcyon Health",
                industry="Health care",
                owner="ben",
                news="serper/halcyon-tuesday.json",
                feeds=("feeds/health-wire.rss.xml",),
            ),
            Part(
                "Castellan Bank",
                industry="Banking",
                legal_name="Castellan Bank plc",
                owner="ben",
                news="serper/castellan.json",
                articles="newsapi/castellan.json",
                feeds=("feeds/markets.atom.xml",),
            ),
            Part(
                "Meridian Energy",
                industry="Energy",
                news="serper/meridian.json",
                web="serper/meridian-web.json",
                account="salesforce/no-account.json",
                chat_error="openai/error-429.json",
            ),
            # Last, because a refused key and a spent quota hold for everybody after it
            Part(
                "Northwind Logistics",
                industry="Logistics",
                news="serper/error-403.json",
                articles="newsapi/error-429.json",
                feeds=("feeds/freight.rdf.xml", "feeds/markets.atom.xml"),
                account="salesforce/account-northwind.json",
                account_id="001Ow000001NorthWA",
            ),
        ),
    )


def _wednesday() -> Act:
    return Act(
        title="The next morning: known news again, and one that is new",
        at=datetime(2026, 3, 11, 8, tzinfo=UTC),
        digests_at=datetime(2026, 3, 11, 9, 5, tzinfo=UTC),
        parts=(
            Part(
                "Halcyon Health",
                industry="Health care",
                owner="ben",
                news="serper/halcyon-wednesday.json",
                gdelt="gdelt/halcyon.json",
                feeds=("feeds/health-wire.rss.xml",),
            ),
        ),
    )


def _thursday() -> Act:
    return Act(
        title="A third morning: no news, but the CRM, which is HubSpot, sees a client at risk",
        at=datetime(2026, 3, 12, 8, tzinfo=UTC),
        parts=(
            Part(
                "Tamarack Insurance",
                industry="Insurance",
                owner="ben",
                company="hubspot/company-tamarack.json",
                account_id="770031",
            ),
        ),
    )
