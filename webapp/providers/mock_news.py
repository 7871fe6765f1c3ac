"""Decides which invented stories a client gets on a day, and in whose words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from webapp.enums import Category
from webapp.providers.base import SearchTarget
from webapp.providers.mock_dice import Dice
from webapp.providers.mock_headlines import (
    CITIES,
    COUNTRIES,
    INVESTORS,
    NOISE,
    OTHERS,
    PAPERS,
    PEOPLE,
    PRODUCTS,
    RIVALS,
    STORIES,
    Story,
)

STORIES_A_DAY = 3
"""A client moves on by as many stories each day, so that days next to each other differ."""


@dataclass(frozen=True)
class Article:
    """One paper's version of a story. `is_retold` marks the second version of a happening."""

    category: Category
    title: str
    snippet: str
    publisher: str
    url: str
    published_at: datetime
    is_noise: bool = False
    is_retold: bool = False


@dataclass(frozen=True)
class DaysNews:
    """What each of the two simulated sources holds for a client on a day, 3 to 5 in all."""

    search: tuple[Article, ...]
    news: tuple[Article, ...]


def days_news(target: SearchTarget, on: date) -> DaysNews:
    """Return the same articles for the same client and day, one story in both sources."""
    dice = Dice(f"{target.client_id}|{on.isoformat()}")
    total = dice.number("total", 3, 5)
    first, second, third = _todays_stories(target, on)
    noise = _article(dice.pick("noise", NOISE), target, on, dice=dice, is_noise=True)
    lead = _article(first, target, on, dice=dice)
    again = _article(first, target, on, dice=dice, is_retold=True)
    other = _article(second, target, on, dice=dice)
    if total == 3:  # noqa: PLR2004 -- the smallest day
        return DaysNews((lead, other), (again,))
    if total == 4:  # noqa: PLR2004 -- the middling day
        return DaysNews((lead, noise), (again, other))
    more = _article(third, target, on, dice=dice)
    return DaysNews((lead, other, noise), (again, more))


def _todays_stories(target: SearchTarget, on: date) -> Sequence[Story]:
    """Walk through an order of the client's own, a few stories a day."""
    order = Dice(target.client_id).shuffled("order", STORIES)
    start = on.toordinal() * STORIES_A_DAY
    return [order[(start + place) % len(order)] for place in range(STORIES_A_DAY)]


def _article(
    story: Story,
    target: SearchTarget,
    on: date,
    *,
    dice: Dice,
    is_noise: bool = False,
    is_retold: bool = False,
) -> Article:
    words = _words(story, target, dice)
    paper = dice.number(f"paper{story.title}", 0, len(PAPERS) - 1) + is_retold
    publisher, host = PAPERS[paper % len(PAPERS)]
    title = (story.retold if is_retold else story.title).format(**words)
    hour = dice.number(f"hour{story.title}", 6, 20) + is_retold
    yesterday = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(days=1)
    return Article(
        category=story.category,
        title=title,
        snippet=story.snippet.format(**words),
        publisher=publisher,
        url=f"https://{host}/{on:%Y/%m/%d}/{_slug(title)}",
        published_at=yesterday + timedelta(hours=hour, minutes=dice.number(title, 0, 59)),
        is_noise=is_noise,
        is_retold=is_retold,
    )


def _words(story: Story, target: SearchTarget, dice: Dice) -> dict[str, str]:
    """Return what a story's gaps are filled with, the same in all its versions."""
    throw = Dice(f"{dice.seed}|{story.title}")
    return {
        "client": target.name,
        "person": throw.pick("person", PEOPLE),
        "city": throw.pick("city", CITIES),
        "country": throw.pick("country", COUNTRIES),
        "other": throw.pick("other", OTHERS),
        "rival": throw.pick("rival", RIVALS),
        "investor": throw.pick("investor", INVESTORS),
        "product": throw.pick("product", PRODUCTS),
        "amount": str(throw.number("amount", 8, 95)),
        "count": str(throw.number("count", 4, 38) * 10),
        "percent": str(throw.number("percent", 4, 19)),
        "months": str(throw.number("months", 3, 11)),
    }


def _slug(title: str) -> str:
    kept = "".join(letter if letter.isalnum() else " " for letter in title.lower())
    return "-".join(kept.encode("ascii", "ignore").decode().split())[:80]
