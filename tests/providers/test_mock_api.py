"""The simulated services: real shapes, repeatable, varied, and never a real address."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.providers.ai.cases import EVENT, REQUEST
from webapp.enums import AIName, Category
from webapp.providers.base import CRMLookup, SearchTarget
from webapp.providers.mock_api import MockAPIService
from webapp.providers.mock_news import days_news

DAY = date(2026, 11, 22)
TARGETS = [SearchTarget(f"c{number}", "Northwind Logistics") for number in range(40)]
RESERVED = ("example.com", "example.org", "example.net")


@pytest.fixture
def service() -> MockAPIService:
    return MockAPIService()


def found(service: MockAPIService, target: SearchTarget, on: date = DAY) -> tuple[Any, Any]:
    search = service.mock_search_results(target, on=on)["items"]
    news = service.mock_news_results(target, on=on)["articles"]
    return search, news


def test_a_client_gets_three_to_five_results_a_day(service: MockAPIService) -> None:
    counts = Counter(sum(map(len, found(service, target))) for target in TARGETS)
    assert set(counts) == {3, 4, 5}


def test_the_same_day_finds_the_same(service: MockAPIService) -> None:
    for target in TARGETS:
        assert found(service, target) == found(MockAPIService(), target)


def test_the_next_days_find_something_else(service: MockAPIService) -> None:
    titles = {
        search[0]["title"]
        for days in range(10)
        for search, _ in [found(service, TARGETS[0], DAY + timedelta(days=days))]
    }
    assert len(titles) == 10


def test_clients_of_the_same_name_have_news_of_their_own(service: MockAPIService) -> None:
    assert len({found(service, target)[0][0]["title"] for target in TARGETS}) > 20


def test_the_search_page_has_googles_shape(service: MockAPIService) -> None:
    page = service.mock_search_results(TARGETS[0], on=DAY)
    assert page["kind"] == "customsearch#search"
    assert page["searchInformation"]["totalResults"] == str(len(page["items"]))
    assert {"title", "link", "displayLink", "snippet", "pagemap"} <= page["items"][0].keys()


def test_the_news_page_has_news_apis_shape(service: MockAPIService) -> None:
    page = service.mock_news_results(TARGETS[0], on=DAY)
    assert (page["status"], page["totalResults"]) == ("ok", len(page["articles"]))
    assert {"source", "title", "description", "url", "publishedAt"} <= page["articles"][0].keys()


def test_one_story_is_told_by_both_sources_in_other_words() -> None:
    for target in TARGETS:
        news = days_news(target, DAY)
        lead, again = news.search[0], news.news[0]
        assert lead.snippet == again.snippet
        assert lead.title != again.title
        assert lead.url != again.url


def test_every_address_is_under_a_domain_reserved_for_examples(service: MockAPIService) -> None:
    for target in TARGETS:
        search, news = found(service, target)
        links = [item["link"] for item in search] + [item["url"] for item in news]
        assert all((urlsplit(link).hostname or "").endswith(RESERVED) for link in links)


def test_over_a_month_nearly_every_category_comes_up_and_some_noise() -> None:
    days = [DAY + timedelta(days=number) for number in range(30)]
    articles = [
        article
        for on in days
        for news in [days_news(TARGETS[0], on)]
        for article in (*news.search, *news.news)
    ]
    assert len({article.category for article in articles}) > 12
    assert any(article.is_noise for article in articles)
    assert all("{" not in article.title + article.snippet for article in articles)


def test_nothing_is_from_the_future() -> None:
    for target in TARGETS:
        news = days_news(target, DAY)
        assert all(each.published_at.date() <= DAY for each in (*news.search, *news.news))


def test_a_crm_account_has_salesforces_shape(service: MockAPIService) -> None:
    page = service.mock_crm_data(CRMLookup("c1", "Northwind Logistics"))
    account = page["records"][0]
    assert page == service.mock_crm_data(CRMLookup("c1", "Northwind Logistics"))
    assert (account["Name"], account["attributes"]["type"]) == ("Northwind Logistics", "Account")
    assert all("records" in account[name] for name in ("Contacts", "Opportunities", "Cases"))


def test_classification_and_insights_come_from_the_rules(service: MockAPIService) -> None:
    answer = service.mock_ai_classification(REQUEST)
    assert answer.provider is service.mock_ai_insights(EVENT).provider is AIName.RULES
    assert answer.verdicts[0].category is Category.LAYOFFS_RESTRUCTURING


def test_the_rules_see_each_invented_story_for_what_it_is(service: MockAPIService) -> None:
    wrong = [
        article.title
        for target in TARGETS
        for news in [days_news(target, DAY)]
        for article in (*news.search, *news.news)
        if (_is_seen(service, target, article.title, article.snippet)) != (not article.is_noise)
    ]
    assert wrong == []


def _is_seen(service: MockAPIService, target: SearchTarget, title: str, snippet: str) -> bool:
    item = type(REQUEST.items[0])("r", title, snippet)
    request = type(REQUEST)(target.name, (), None, (item,))
    return service.mock_ai_classification(request).verdicts[0].about_client
