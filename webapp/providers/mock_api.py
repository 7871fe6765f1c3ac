"""Invented answers of every outside API, for work without accounts and for tests."""

from datetime import date
from typing import Any

from webapp import clock
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.base import (
    ClassifyAnswer,
    ClassifyRequest,
    CRMLookup,
    InsightAnswer,
    InsightRequest,
    SearchTarget,
)
from webapp.providers.mock_crm import account_query
from webapp.providers.mock_news import Article, days_news


class MockAPIService:
    """Answers like the real services, from nothing but the client and the day.

    Whatever it says is invented; the same question gets the same answer on every machine.
    """

    def __init__(self) -> None:
        self._rules = RulesProvider()

    def mock_search_results(self, target: SearchTarget, *, on: date) -> dict[str, Any]:
        """Return a page in the shape of Google's Custom Search API.

        With `mock_news_results` of the same day it holds 3 to 5 results, one story in both.
        """
        articles = days_news(target, on).search
        return {
            "kind": "customsearch#search",
            "queries": {"request": [{"searchTerms": target.name, "count": len(articles)}]},
            "searchInformation": {"totalResults": str(len(articles)), "searchTime": 0.2},
            "items": [_search_item(article, on) for article in articles],
        }

    def mock_news_results(self, target: SearchTarget, *, on: date) -> dict[str, Any]:
        """Return a page in the shape of NewsAPI's /everything."""
        articles = days_news(target, on).news
        return {
            "status": "ok",
            "totalResults": len(articles),
            "articles": [_news_article(article) for article in articles],
        }

    def mock_crm_data(self, lookup: CRMLookup) -> dict[str, Any]:
        """Return the answer of a Salesforce query for the account and what hangs on it.

        The same `client_id` always gets the same account.
        """
        return account_query(lookup, today=clock.now().date())

    def mock_ai_classification(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Judge articles by rules, without any model."""
        return self._rules.classify(request)

    def mock_ai_insights(self, request: InsightRequest) -> InsightAnswer:
        """Say by rules why an event matters, without any model."""
        return self._rules.write_insight(request)


def _search_item(article: Article, on: date) -> dict[str, Any]:
    host = article.url.split("/")[2]
    days = (on - article.published_at.date()).days
    age = "1 day ago" if days == 1 else f"{days} days ago"
    return {
        "kind": "customsearch#result",
        "title": article.title,
        "htmlTitle": article.title,
        "link": article.url,
        "displayLink": host,
        "snippet": f"{age} ... {article.snippet}",
        "formattedUrl": article.url,
        "pagemap": {
            "metatags": [
                {
                    "og:site_name": article.publisher,
                    "article:published_time": article.published_at.isoformat(),
                }
            ]
        },
    }


def _news_article(article: Article) -> dict[str, Any]:
    title = f"{article.title} - {article.publisher}" if article.is_retold else article.title
    return {
        "source": {"id": None, "name": article.publisher},
        "author": None,
        "title": title,
        "description": article.snippet,
        "url": article.url,
        "urlToImage": None,
        "publishedAt": f"{article.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "content": f"{article.snippet[:180]}… [+2140 chars]",
    }
