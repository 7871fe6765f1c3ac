"""Checks to cover clients with, and the service over two scripted sources."""

from datetime import UTC, datetime, timedelta

from tests import factories
from tests.doubles.providers import ScriptedSearch
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import SourceName, SourceStatus
from webapp.models import Client, SourceCheck
from webapp.services.coverage import CoverageService

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def coverage_service(settings: Settings) -> CoverageService:
    """Build the service; Serper is set up for every client, RSS for none."""
    rss = ScriptedSearch(name=SourceName.RSS, is_configured=False)
    return World(settings=settings, sources=[ScriptedSearch(), rss]).services.coverage


def note(client: Client, source: str, status: str, found: int = 0, **values: object) -> None:
    """Store what a source answered for a client, 18 minutes before noon."""
    row: dict[str, object] = {"created_at": NOON - timedelta(minutes=18), "message": None, **values}
    factories.save(
        SourceCheck(
            business_id=client.business_id,
            client_id=client.id,
            source=SourceName(source),
            status=SourceStatus(status),
            found=found,
            **row,
        )
    )
