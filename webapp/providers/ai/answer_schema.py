"""The JSON schemas that both makers of language models are held to."""

from typing import Any

from webapp.enums import RiskLevel, Urgency
from webapp.providers.ai.prompts import MODEL_CATEGORIES

_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}


def _strict(properties: dict[str, Any]) -> dict[str, Any]:
    """Return an object schema as strict mode wants it: every key required, no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


CLASSIFY_SCHEMA = _strict(
    {
        "verdicts": _list_of(
            _strict(
                {
                    "ref": _TEXT,
                    "about_client": {"type": "boolean"},
                    "category": {
                        "type": "string",
                        "enum": [name.value for name in MODEL_CATEGORIES],
                    },
                    "relevance": _NUMBER,
                    "sentiment": _NUMBER,
                    "risk_level": {"type": "string", "enum": [level.value for level in RiskLevel]},
                    "risk_reason": _TEXT,
                    "risk_evidence": _list_of(_TEXT),
                    "urgency": {"type": "string", "enum": [level.value for level in Urgency]},
                    "urgency_reason": _TEXT,
                    "summary": _TEXT,
                    "evidence": _list_of(_TEXT),
                }
            )
        )
    }
)

INSIGHT_SCHEMA = _strict(
    {
        "why_it_matters": _TEXT,
        "claims": _list_of(_strict({"text": _TEXT, "quote": _TEXT, "source_ref": _TEXT})),
        "recommended_actions": _list_of(_TEXT),
        "urgency": {"type": "string", "enum": [level.value for level in Urgency]},
        "urgency_reason": _TEXT,
    }
)
