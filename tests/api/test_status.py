"""The state of the machine over JSON."""

from collections.abc import Callable

from flask.testing import FlaskClient

from webapp.models import User

As = Callable[[User], FlaskClient]
STATUS = "/api/v1/status"


def test_every_light_is_there_with_its_breaker_and_its_quota(api_as: As, ana: User) -> None:
    answer = api_as(ana).get(STATUS)
    assert answer.status_code == 200
    assert answer.json is not None
    assert {part["name"] for part in answer.json["processes"]} >= {"Redis", "Scheduler"}
    providers = {each["name"]: each for each in answer.json["providers"]}
    assert providers["gdelt"]["breaker"] == "closed"
    assert providers["serper"]["can_try_again"] is False


def test_a_source_can_be_tried_again_by_an_admin_only(api_as: As, ana: User, cleo: User) -> None:
    path = f"{STATUS}/sources/serper/try-again"
    assert api_as(ana).post(path).json == {"message": "Serper is asked again at the next run."}
    assert api_as(cleo).post(path).status_code == 403
    assert api_as(ana).post(f"{STATUS}/sources/nothing/try-again").status_code == 404


def test_without_a_token_nothing_is_told(client: FlaskClient) -> None:
    assert client.get(STATUS).status_code == 401
