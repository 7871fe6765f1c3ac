"""What models and rules are asked of found items: one request a client, whoever asks."""

from collections.abc import Iterable

from webapp.providers.base import ClassifyItem, ClassifyRequest, SearchTarget
from webapp.services.raw_rows import RawItem
from webapp.services.search_targets import further_names


def classify_request(target: SearchTarget, items: Iterable[RawItem]) -> ClassifyRequest:
    """Return the question about these items of one client, in their order."""
    return ClassifyRequest(
        client_name=target.name,
        client_aliases=further_names(target),
        client_industry=target.industry,
        items=tuple(_classify_item(item) for item in items),
    )


def _classify_item(item: RawItem) -> ClassifyItem:
    return ClassifyItem(
        ref=str(item.id),
        title=item.title,
        snippet=item.snippet,
        publisher=item.publisher,
        published_on=item.published_at.date() if item.published_at else None,
        category_hint=item.category_hint,
    )
