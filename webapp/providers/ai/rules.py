"""The rules engine (being written: a first, plain version)."""

from webapp.enums import AIName, Category, RiskLevel, Urgency
from webapp.providers.base import (
    Classification,
    ClassifyAnswer,
    ClassifyRequest,
    InsightAnswer,
    InsightClaim,
    InsightRequest,
    Usage,
)


class RulesProvider:
    """Judges without a model."""

    name = AIName.RULES

    def is_configured(self) -> bool:
        return True

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        verdicts = tuple(
            Classification(
                ref=item.ref,
                category=item.category_hint or Category.OTHER,
                relevance=0.72,
                sentiment=0.0,
                risk_level=RiskLevel.NONE,
                risk_reason="No risk is named.",
                urgency=Urgency.MEDIUM,
                urgency_reason="It is new.",
                summary=item.title,
                evidence=(item.title,),
            )
            for item in request.items
        )
        return ClassifyAnswer(verdicts, self.name, "rules", "rules-0", Usage(calls=0))

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        return InsightAnswer(
            f"{request.title} concerns {request.client_name}.",
            (InsightClaim(request.title, request.title, "1"),),
            ("Talk to your contact.",),
            request.urgency,
            "It is new.",
            self.name,
            "rules",
            "rules-0",
            Usage(calls=0),
        )
