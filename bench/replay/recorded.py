"""The play of recorded answers: which file of the folder answers for whom, on its own day."""

from datetime import UTC, datetime
from pathlib import Path

from bench.replay.play import Act, Part, Play

_BBC = "feeds/rss__bbc_news.xml"
_HEISE = "feeds/rss__heise.xml"
_NPR = "feeds/rss__npr.xml"
_SLASHDOT = "feeds/rdf__slashdot.xml"
_VERGE = "feeds/atom__theverge.xml"
_NEWSAPI_DAY = datetime(2021, 10, 31, 3, 12, tzinfo=UTC)
_NEWSAPI_PICKS_DAY = datetime(2024, 6, 26, 15, tzinfo=UTC)
_GDELT_DAY = datetime(2026, 5, 15, 2, tzinfo=UTC)
_SERPER_DAY = datetime(2023, 5, 4, 0, 54, 41, tzinfo=UTC)
_HUBSPOT_DAY = datetime(2026, 7, 22, 8, tzinfo=UTC)
_FEED_DAY = datetime(2026, 7, 23, 0, 5, tzinfo=UTC)

_SMITH = Part(
    "Smith",
    feeds=(_NPR,),
    account="salesforce/grouparoo_recorded/GET_services-data-v42-0-sobjects-Account-ID_200.json",
    account_id="0014S000007NxmlQAC",
)


def recorded_play(folder: Path) -> Play:
    """Return the play over a folder of recorded answers."""
    return Play(
        name="recorded answers",
        folder=folder,
        acts=(
            _articles(),
            _news_of_the_day(),
            _news_of_the_hour(),
            _awkward_articles(),
            _gdelt(),
            _gdelt_is_busy(),
            _hubspot(),
            _feeds(),
        ),
        token="salesforce/oauth/token_client_credentials_opaque_2026.json",
        news_envelope="serper/news_tesla_qdr_h_2023-05-04.json",
        articles_envelope="newsapi/everything_200_ok_apple_2021-10-21.json",
        gdelt_envelope="gdelt/artlist_nvda_2026-05-15.json",
        account_envelope="salesforce/grouparoo_recorded/query_Account_1.json",
        chat_envelope="openai_chat/sdk_recorded__parse_pydantic_model.json",
    )


def _tesla(news: str | None, feeds: tuple[str, ...] = ()) -> Part:
    return Part(
        "Tesla", industry="Automotive", legal_name="Tesla Inc.", owner="ben", news=news, feeds=feeds
    )


def _articles() -> Act:
    apple = Part(
        "Apple",
        industry="Technology",
        owner="ben",
        articles="newsapi/everything_200_ok_apple_2021-10-21.json",
    )
    return Act(title="NewsAPI's answer for Apple", at=_NEWSAPI_DAY, parts=(apple,))


def _awkward_articles() -> Act:
    robinhood = Part(
        "Robinhood",
        industry="Financial services",
        owner="ben",
        articles="newsapi/everything_robinhood_2024-06_awkward_items.json",
    )
    return Act(
        title="NewsAPI's answer for Robinhood: a consent page, an aggregator, a namesake",
        at=_NEWSAPI_PICKS_DAY,
        parts=(robinhood,),
    )


def _gdelt() -> Act:
    nvidia = Part("NVIDIA", industry="Semiconductors", gdelt="gdelt/artlist_nvda_2026-05-15.json")
    return Act(title="GDELT's answer for NVIDIA", at=_GDELT_DAY, parts=(nvidia,))


def _gdelt_is_busy() -> Act:
    cisco = Part(
        "Cisco",
        industry="Networking",
        articles="newsapi/error_429_rateLimited_2021-12.json",
        gdelt="gdelt/rate_limit_plain_text.json",
    )
    return Act(title="GDELT asks to slow down", at=_GDELT_DAY.replace(minute=10), parts=(cisco,))


def _news_of_the_day() -> Act:
    return Act(
        title="Serper's answer for Tesla, positions 4 to 9",
        at=_SERPER_DAY,
        parts=(_tesla("serper/news_tesla_2023-05-04_positions4-9.json"),),
    )


def _news_of_the_hour() -> Act:
    return Act(
        title="Serper's answer for Tesla, last hour",
        at=_SERPER_DAY.replace(minute=58),
        parts=(_tesla("serper/news_tesla_qdr_h_2023-05-04.json"),),
        digests_at=_SERPER_DAY.replace(hour=9, minute=5),
    )


def _hubspot() -> Act:
    acme = Part(
        "ACME Example",
        industry="Manufacturing",
        company="hubspot/ruby_hubspot_api_vcr/companies__find_by_id.json",
        account_id="22816780518",
    )
    return Act(title="HubSpot's record of a company", at=_HUBSPOT_DAY, parts=(acme,))


def _feeds() -> Act:
    return Act(
        title="Feeds in RSS, Atom and RDF",
        at=_FEED_DAY,
        digests_at=_FEED_DAY.replace(hour=9),
        parts=(
            _tesla(None, (_VERGE, _SLASHDOT)),
            Part("Apple", industry="Technology", owner="ben", feeds=(_VERGE, _SLASHDOT, _HEISE)),
            Part("OpenAI", industry="Technology", feeds=(_BBC, _SLASHDOT)),
            Part(
                "Airbus",
                industry="Aerospace",
                owner="ben",
                articles="newsapi/error_parameterInvalid_too_far_in_past.json",
                feeds=(_SLASHDOT,),
            ),
            Part(
                "Southern Water",
                industry="Utilities",
                owner="ben",
                feeds=(_BBC,),
                chat_error="openai_errors/429_insufficient_quota.json",
            ),
            Part(
                "Wildberries",
                industry="Retail",
                feeds=(_BBC,),
                account="salesforce/grouparoo_recorded/query_Account_0.json",
            ),
            _SMITH,
            # Last, because a refused key holds for everybody after it
            Part(
                "Telefónica",
                industry="Telecommunications",
                articles="newsapi/everything_401_apiKeyInvalid_apple_2021-10-21.json",
                feeds=(_HEISE,),
            ),
            Part(
                "Samsung",
                industry="Technology",
                news="serper/error_403_unauthorized_2026-08.json",
                feeds=(_VERGE, _SLASHDOT, _HEISE),
            ),
        ),
    )
