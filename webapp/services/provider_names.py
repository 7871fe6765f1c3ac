"""What people call the outside services."""

from webapp.enums import AIName, CRMName, ReporterName, SourceName

_LABELS: dict[str, str] = {
    SourceName.GOOGLE_SEARCH: "Google Custom Search",
    SourceName.NEWS_API: "NewsAPI",
    SourceName.SERPER: "Serper",
    SourceName.RSS: "RSS and Atom feeds",
    SourceName.GDELT: "GDELT",
    SourceName.EDGAR: "SEC EDGAR",
    SourceName.MOCK: "Simulated source",
    ReporterName.CRM: "CRM",
    CRMName.SALESFORCE: "Salesforce",
    CRMName.HUBSPOT: "HubSpot",
    CRMName.CSV: "Imported file",
    CRMName.MOCK: "Simulated CRM",
    AIName.OPENAI: "OpenAI",
    AIName.ANTHROPIC: "Anthropic",
}


def source_label(source: SourceName | str) -> str:
    """Return a searched source's name; other kinds of service have a simulated one too."""
    return "Simulated source" if source == SourceName.MOCK else label_of(source)


def label_of(provider: str) -> str:
    """Return a service's name as people write it."""
    return _LABELS.get(provider, provider)
