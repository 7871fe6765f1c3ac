"""Signatures: the reference package verifies ours, and we verify what it signs."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from webapp import clock
from webapp.providers.webhooks.signing import (
    SignatureRefusedError,
    new_signing_secret,
    signed_headers,
    verify,
)

BODY = '{"type": "event.created", "data": {"title": "Clínicas Zoë"}}'.encode()
OLD, NEW = new_signing_secret(), new_signing_secret()


def test_what_we_sign_the_reference_package_verifies() -> None:
    headers = signed_headers("msg_1", BODY, at=clock.now(), signing_secrets=[NEW])
    assert Webhook(NEW).verify(BODY, headers)["type"] == "event.created"
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(BODY, headers)


def test_during_a_change_of_secrets_both_verify() -> None:
    headers = signed_headers("msg_1", BODY, at=clock.now(), signing_secrets=[NEW, OLD])
    for secret in (NEW, OLD):
        assert Webhook(secret).verify(BODY, headers)


def signed_by_others(secret: str = NEW, *, ago: timedelta = timedelta()) -> dict[str, str]:
    at = clock.now() - ago
    return {
        "Webhook-Id": "msg_2",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_2", at, BODY.decode()),
    }


def test_we_verify_what_the_reference_package_signs() -> None:
    assert verify(BODY, signed_by_others(OLD), signing_secrets=[NEW, OLD]) == "msg_2"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (dict, BODY),
        (lambda: signed_by_others(new_signing_secret()), BODY),
        (signed_by_others, BODY + b" "),
        (lambda: signed_by_others() | {"Webhook-Id": "msg_3"}, BODY),
        (lambda: signed_by_others(ago=timedelta(minutes=6)), BODY),
        (lambda: signed_by_others(ago=timedelta(minutes=-6)), BODY),
        (lambda: signed_by_others() | {"Webhook-Timestamp": "9" * 400}, BODY),
        (lambda: signed_by_others() | {"Webhook-Timestamp": "soon"}, BODY),
        (lambda: signed_by_others() | {"Webhook-Signature": "v1,é v2, ,"}, BODY),
    ],
)
def test_what_is_forged_or_replayed_is_refused(
    headers: Callable[[], dict[str, str]], body: bytes
) -> None:
    with pytest.raises(SignatureRefusedError):
        verify(body, headers(), signing_secrets=[NEW])


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_####", "whsec_c2hvcnQ="])
def test_a_secret_that_anybody_could_guess_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="signing secret"):
        signed_headers("msg_1", BODY, at=clock.now(), signing_secrets=[secret])


def test_a_new_secret_has_256_bits_of_its_own() -> None:
    assert len(base64.b64decode(NEW.removeprefix("whsec_"))) == 32
    assert NEW != OLD
