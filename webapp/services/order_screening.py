"""Texts that give orders to a machine are kept away from models: the rules judge them alone."""

from dataclasses import replace

from webapp.providers.ai.orders import gives_orders
from webapp.providers.base import ClassifyItem, ClassifyRequest, InsightRequest
from webapp.services.judged import JudgedItem

REASON = "The text gives orders to a machine, so only the rules judged it."


def screened(request: ClassifyRequest) -> tuple[ClassifyRequest, tuple[ClassifyItem, ...]]:
    """Return the request that models may see, and the reports that they may not."""
    held = tuple(item for item in request.items if gives_orders(item.title, item.snippet))
    if not held:
        return request, held
    refs = {item.ref for item in held}
    shown = tuple(item for item in request.items if item.ref not in refs)
    return replace(request, items=shown), held


def flagged(item: JudgedItem) -> JudgedItem:
    """Return the rules' verdict on a report that was held back, marked for a person's look."""
    return replace(item, review_reason=REASON)


def screened_insight(request: InsightRequest) -> InsightRequest | None:
    """Return the request without the sources that give orders; None where none is left."""
    if gives_orders(request.title, request.summary):
        return None
    sources = tuple(item for item in request.sources if not gives_orders(item.title, item.snippet))
    if request.sources and not sources:
        return None
    return replace(request, sources=sources)
