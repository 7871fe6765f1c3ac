"""The plain form: names, amounts and shares by what they stand for."""

import pytest

from webapp.providers.ai.wording import plain_words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Raises $4.5 million", " raises AMT "),
        ("US$20m, \u20ac3,000 and Rs 6.4 crore", " AMT , AMT and AMT "),
        ("Up 12% or 3.5 per cent", " up PCT or PCT "),
        ("240 jobs, 3rd time", " NUM jobs , NUM time "),
        ("$ABCD (NYSE:XYZ) falls", " TICKER TICKER falls "),
        ("lay-offs at https://example.com/a?b=c today", " lay offs at today "),
        ("S&P and the U.S. market", " s&p and the u.s market "),
        ("", "  "),
    ],
)
def test_figures_become_what_they_stand_for(text: str, plain: str) -> None:
    assert plain_words(text) == plain


@pytest.mark.parametrize(
    ("text", "names", "plain"),
    [
        ("Halcyon Health's plan", ("Halcyon Health",), " CLIENT 's plan "),
        ("halcyon-health HALCYON HEALTH", ("Halcyon Health",), " CLIENT CLIENT "),
        ("Halcyon Healthcare", ("Halcyon Health",), " halcyon healthcare "),
        ("Mind the gap at Gap and GAP", ("Gap",), " mind the gap at CLIENT and CLIENT "),
        ("Castellan Bank rises", ("Castellan Bank plc",), " CLIENT rises "),
        ("Orbital wins", ("Orbital Robotics", "Orbital"), " CLIENT wins "),
        ("A x", ("", " ", "A"), " a x "),
    ],
)
def test_the_clients_names_are_marked(text: str, names: tuple[str, ...], plain: str) -> None:
    assert plain_words(text, names) == plain


def test_a_marker_in_the_text_itself_is_not_the_client() -> None:
    assert plain_words("CLIENT cuts jobs") == " client cuts jobs "
