"""Further requests of one search are reserved too, and none outlasts the search's time."""

import pytest

from webapp import clock
from webapp.errors import ProviderQuotaError, ProviderTimeoutError
from webapp.providers.http import HttpClient
from webapp.providers.metering import CallBudget, seconds_for_a_call, spending


class Ledger:
    """Has so many calls left beside the one that is paid for."""

    def __init__(self, left: int) -> None:
        self.left = left

    def reserve(self) -> None:
        if not self.left:
            raise ProviderQuotaError("The quota is used up.")
        self.left -= 1


def test_the_first_request_is_paid_for_and_each_further_one_is_reserved() -> None:
    ledger = Ledger(1)
    budget = CallBudget(clock.monotonic() + 20, ledger.reserve)
    with spending(budget):
        seconds_for_a_call(20)
        assert ledger.left == 1
        seconds_for_a_call(20)
        assert ledger.left == 0
        with pytest.raises(ProviderQuotaError):
            seconds_for_a_call(20)
    assert budget.calls == 2


def test_a_request_gets_no_more_than_the_time_that_is_left() -> None:
    with spending(CallBudget(clock.monotonic() + 5)):
        assert 4 < seconds_for_a_call(20) <= 5
        assert seconds_for_a_call(1) == 1


def test_no_request_leaves_once_the_time_is_over() -> None:
    http = HttpClient()
    with (
        spending(CallBudget(clock.monotonic())),
        pytest.raises(ProviderTimeoutError, match="time was over"),
    ):
        http.request("GET", "http://127.0.0.1:9/")


def test_outside_of_a_search_nothing_is_counted() -> None:
    assert seconds_for_a_call(20) == 20
