"""Who would be told of a difference in addition to those who were told already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from webapp import clock
from webapp.enums import Channel, Verdict
from webapp.services.notification_audience import Audience
from webapp.services.notification_case import ChannelDecision, NotifyContext
from webapp.services.notification_rules import decide
from webapp.services.trials.verdicts import Judged

ANEW = "judged anew"
NOT_SHOWN = "judged anew: this was not shown when it was adopted"
NOT_TOLD = "judged anew, and adopted without telling anybody"
BY_TRIAL = "trial"
"""Names, in the ledger, what stopped a decision that a trial did not show."""
_MAX_REASON = 300

Past = Mapping[tuple[int, str], Verdict]
"""What was decided of an event so far, by user and channel."""


@dataclass
class Telling:
    """Decides in earnest's own way, counting mails as earnest would."""

    audience: Audience
    has_live_sources: bool
    mails_today: dict[int, int]
    max_mails: int
    is_quiet: bool = False
    """Whether nobody is to be told, whatever the rules say."""

    def decide(self, event: Judged) -> list[ChannelDecision]:
        """Return one decision a user and channel; instant mails count against the user's day."""
        context = NotifyContext(
            has_live_sources=self.has_live_sources,
            instant_mails_today=self.mails_today,
            max_instant_mails=self.max_mails,
        )
        at = clock.now()
        return [
            replace(decision, reason=f"{ANEW}; {decision.reason}"[:_MAX_REASON])
            for user in self.audience.users
            for decision in decide(self.audience.case(event, user, context=context, at=at))
        ]

    def count(self, told: Sequence[ChannelDecision]) -> None:
        """Count the instant mails that are to go out."""
        for each in told:
            if each.channel is Channel.EMAIL and each.verdict is Verdict.SEND:
                self.mails_today[each.user_id] = self.mails_today.get(each.user_id, 0) + 1


def newly_told(decisions: Sequence[ChannelDecision], past: Past) -> list[ChannelDecision]:
    """Return the decisions to tell somebody who was not told over that channel before."""
    return [
        each
        for each in decisions
        if each.verdict is not Verdict.HOLD
        and past.get((each.user_id, each.channel), Verdict.HOLD) is Verdict.HOLD
    ]


def to_json(decision: ChannelDecision, names: Mapping[int, str]) -> dict[str, Any]:
    """Return what a trial keeps of a decision to tell."""
    return {
        "user_id": decision.user_id,
        "user_name": names.get(decision.user_id, ""),
        "channel": decision.channel.value,
        "verdict": decision.verdict.value,
        "reason": decision.reason,
    }
