"""A client's identity as the sources take it."""

from webapp.models import Client
from webapp.providers.base import SearchTarget


def target_of(client: Client) -> SearchTarget:
    """Return what a source needs to find a client."""
    return SearchTarget(
        client_id=str(client.id),
        name=client.name,
        legal_name=client.legal_name,
        domain=client.domain,
        ticker=client.ticker,
        cik=client.cik,
        aliases=tuple(client.aliases),
        products=tuple(client.products),
        keywords=tuple(client.keywords),
        must_have_terms=tuple(client.must_have_terms),
        must_not_terms=tuple(client.must_not_terms),
        feed_urls=tuple(client.feed_urls),
        industry=client.industry,
    )
