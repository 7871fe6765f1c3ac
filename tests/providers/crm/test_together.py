"""Questions of many threads are answered by one call."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from webapp.providers.crm.together import Together


def test_keys_that_come_at_the_same_time_are_one_call_and_each_gets_its_own() -> None:
    calls: list[int] = []

    def squares(keys: Sequence[int]) -> Mapping[int, int]:
        calls.append(len(keys))
        return {key: key * key for key in keys if key != 13}

    together = Together(squares, most=32, gather_seconds=5)
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(together.get, range(32)))
    assert found == [None if key == 13 else key * key for key in range(32)]
    assert calls == [32]


def test_a_full_batch_does_not_wait() -> None:
    together: Together[int, int] = Together(lambda keys: dict.fromkeys(keys, 1), most=1)
    assert [together.get(1), together.get(2)] == [1, 1]


def test_a_failure_reaches_everybody_and_the_next_call_is_made_anew() -> None:
    failures = [ValueError("down")]

    def fail_first(keys: Sequence[int]) -> Mapping[int, int]:
        if failures:
            raise failures.pop()
        return dict.fromkeys(keys, 7)

    together = Together(fail_first, most=8, gather_seconds=5)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(together.get, key) for key in range(8)]
        assert {str(each.exception()) for each in waiting} == {"down"}
    alone = Together(fail_first, most=1)
    assert alone.get(1) == 7
