"""Questions that may hang."""

import threading
import time
from itertools import count

from webapp.services.single_flight import SingleFlight


def test_an_answer_comes_through() -> None:
    assert SingleFlight(lambda: "yes").launch().answer(within=5) == "yes"


def test_nobody_waits_longer_than_told() -> None:
    gate = threading.Event()
    flight = SingleFlight(lambda: gate.wait(10)).launch()
    start = time.monotonic()
    assert flight.answer(within=0.05) is None
    assert time.monotonic() - start < 1
    gate.set()


def test_many_who_ask_share_one_flight() -> None:
    gate, asked = threading.Event(), count(1)
    service = SingleFlight(lambda: (next(asked), gate.wait(10)))
    flights = {service.launch() for _ in range(20)}
    gate.set()
    assert len(flights) == 1
    assert flights.pop().answer(within=5) == (1, True)
    assert next(asked) == 2


def test_after_landing_the_question_is_asked_anew() -> None:
    asked = count(1)
    service = SingleFlight(lambda: next(asked))
    assert [service.launch().answer(within=5) for _ in range(3)] == [1, 2, 3]
