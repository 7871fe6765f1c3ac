"""Quotas over JSON."""

from collections.abc import Callable

from flask.testing import FlaskClient

from webapp.container import services
from webapp.models import User


def test_what_is_left_of_each_quota_is_told(
    api_as: Callable[[User], FlaskClient], ben: User
) -> None:
    services().quotas.reserve("news_api")
    found = api_as(ben).get("/api/v1/quotas").get_json()
    news = next(each for each in found["quotas"] if each["source"] == "news_api")
    assert (news["label"], news["used"]) == ("NewsAPI", 1)
    assert news["left"] == news["limit"] - 1
    assert news["resets_at"].endswith("Z")
    assert found["total"] == len(found["quotas"])
