"""Sealed secrets open where they belong, and nowhere else."""

import uuid

import pytest

from webapp.config import Settings
from webapp.services.secret_box import SealedSecretError, SecretBox

BUSINESS, OTHER = uuid.uuid4(), uuid.uuid4()


def test_what_is_sealed_shows_nothing_and_opens_again(settings: Settings) -> None:
    sealed = SecretBox(settings).seal("a canary", business_id=BUSINESS, column="webhooks.secret")
    assert "canary" not in sealed
    opened = SecretBox(settings).open(sealed, business_id=BUSINESS, column="webhooks.secret")
    assert opened == "a canary"


def test_the_same_secret_is_sealed_differently_each_time(settings: Settings) -> None:
    box = SecretBox(settings)
    place = {"business_id": BUSINESS, "column": "a"}
    assert box.seal("same", **place) != box.seal("same", **place)  # type: ignore[arg-type]  # one of each


def test_moved_to_another_business_or_column_it_does_not_open(settings: Settings) -> None:
    box = SecretBox(settings)
    sealed = box.seal("a canary", business_id=BUSINESS, column="a")
    for business_id, column in ((OTHER, "a"), (BUSINESS, "b")):
        with pytest.raises(SealedSecretError, match="does not belong"):
            box.open(sealed, business_id=business_id, column=column)


@pytest.mark.parametrize("change", [lambda s: s[:-4], lambda s: s + "A", lambda s: s[:20] + "é"])
def test_changed_text_is_refused(settings: Settings, change: object) -> None:
    assert callable(change)
    box = SecretBox(settings)
    sealed = box.seal("a canary", business_id=BUSINESS, column="a")
    with pytest.raises(SealedSecretError):
        box.open(change(sealed), business_id=BUSINESS, column="a")


def test_under_another_key_it_says_so(settings: Settings, tmp_path: object) -> None:
    sealed = SecretBox(settings).seal("a canary", business_id=BUSINESS, column="a")
    other = Settings.from_env(
        secret_key="another-key-that-only-tests-ever-use", instance_dir=tmp_path
    )
    with pytest.raises(SealedSecretError, match="SECRET_KEY"):
        SecretBox(other).open(sealed, business_id=BUSINESS, column="a")
