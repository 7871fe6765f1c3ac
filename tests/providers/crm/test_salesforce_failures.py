"""What Salesforce's failures mean, and that they give nothing away."""

import logging

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.org import (
    BY_NAME,
    SECRETS,
    Org,
    org_answering,
    refused,
    running,
    service_at,
)
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)

NOT_FOR_REST = "This session is not valid for use with the REST API"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            ProviderQuotaError,
        ),
        (
            refused(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
            ProviderRateLimitedError,
        ),
        (refused(403, "API_DISABLED_FOR_ORG"), ProviderAuthError),
        (
            refused(
                401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"
            ),
            ProviderAuthError,
        ),
        (refused(400, "MALFORMED_QUERY", "unexpected token: q"), ProviderRequestError),
        (refused(404, "NOT_FOUND"), ProviderRequestError),
        (Answer("<html>", status=404), ProviderRequestError),
        (Answer("<html>", status=401), ProviderAuthError),
        (Answer({}, status=400), ProviderRequestError),
        (refused(503, "SERVER_UNAVAILABLE"), ProviderUnavailableError),
        (Answer("", status=500), ProviderUnavailableError),
        (Answer("", status=429), ProviderRateLimitedError),
    ],
)
def test_each_refusal_has_its_class(answer: Answer, kind: type[ProviderError]) -> None:
    with org_answering(answer) as (service, org), pytest.raises(ProviderError) as caught:
        service.get_enriched_account_data(BY_NAME)
    assert type(caught.value) is kind
    assert len(org.forms) == 1


def test_no_secret_is_in_errors_logs_or_the_objects_themselves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"error": "invalid_grant", "error_description": f"bad {SECRETS['password']}"}
    org = Org(lambda _: Answer({}), lambda _: Answer(body, status=400))
    with running(org) as server, pytest.raises(ProviderAuthError) as caught:
        service_at(server.url, username="ben").authenticate()
    service = service_at(server.url)
    told = f"{caught.value!r} {service!r} {vars(service)!r} {caplog.text}"
    assert [secret for secret in SECRETS.values() if secret in told] == []


def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with org_answering() as (service, _):
        service.get_enriched_account_data(BY_NAME)
    assert "token-1" not in f"{caplog.text} {vars(service)!r} {service._login.session()!r}"
