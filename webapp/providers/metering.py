"""What one attempt at an outside service may still spend: calls and time.

A search can be several requests (further pages, a second kind of search). Each is reserved right
before it leaves, by whoever counts them, without the provider knowing of any quota.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from webapp import clock
from webapp.errors import ProviderTimeoutError


@dataclass
class CallBudget:
    """The means of one attempt. `deadline` is on `clock.monotonic`; the first call is paid for."""

    deadline: float
    reserve: Callable[[], None] | None = None
    calls: int = 0

    def spend(self) -> float:
        """Take one call out and return the seconds left; raise ProviderError where none is."""
        left = self.deadline - clock.monotonic()
        if left <= 0:
            raise ProviderTimeoutError("The source's time was over before the call.")
        if self.calls and self.reserve is not None:
            self.reserve()
        self.calls += 1
        return left


_under_way: ContextVar[CallBudget | None] = ContextVar("call_budget", default=None)


@contextmanager
def spending(budget: CallBudget) -> Iterator[None]:
    """Let the calls of this thread's block come out of a budget."""
    token = _under_way.set(budget)
    try:
        yield
    finally:
        _under_way.reset(token)


def seconds_for_a_call(limit: float) -> float:
    """Pay for one call and return its time limit; outside of any budget that is `limit`."""
    budget = _under_way.get()
    return limit if budget is None else min(limit, budget.spend())
