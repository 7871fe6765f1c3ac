"""A claim is shown only if its quote carries it: what it drops, and what it keeps."""

import pytest

from webapp.providers.ai.evidence.check import check_claim
from webapp.providers.ai.evidence.contrary import Flaw

TITLE = "Oakmoor Foods acquires bakery chain Crumb & Kettle for $120 million"
SNIPPET = (
    "Oakmoor beat a rival bid from Larder Group. Founder Dafydd Rees will not leave. "
    "Brightfell on Thursday denied that it was preparing to dismiss 500 people. "
    "Arborline will hold 60% of the venture and Peel Logistics 40%. "
    "Kestrel Motors could file for bankruptcy within weeks."
)
TEXTS = (TITLE, SNIPPET)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Crumb & Kettle was bought by Oakmoor Foods for USD 120m.", TITLE),
        ("OAKMOOR FOODS ACQUIRES BAKERY CHAIN CRUMB & KETTLE FOR $120 MILLION", TITLE),
        ("Dafydd Rees is not leaving.", "Founder Dafydd Rees will not leave"),
        ("Kestrel Motors might go bankrupt.", "Kestrel Motors could file for bankruptcy"),
        ("Peel Logistics has 40 percent.", "60% of the venture and Peel Logistics 40%"),
    ],
)
def test_what_a_quote_carries_is_kept(text: str, quote: str) -> None:
    verdict = check_claim(text, quote, TEXTS)
    assert (verdict.quote, verdict.flaw) == (quote, None)


@pytest.mark.parametrize(
    ("text", "quote", "flaw"),
    [
        ("Oakmoor Foods acquires.", "Oakmoor Foods acquires bakery shops", Flaw.NOT_IN_SOURCE),
        ("Oakmoor Foods acquires.", "acquires bakery chain", Flaw.SHORT_QUOTE),
        ("Oakmoor Foods acquires.", None, Flaw.NOT_IN_SOURCE),
        ("Oakmoor Foods pays $12 million.", TITLE, Flaw.NUMBER),
        ("Larder Group acquires Crumb & Kettle.", TITLE, Flaw.NAME),
        ("Crumb & Kettle acquires Oakmoor Foods.", TITLE, Flaw.SIDES),
        ("Larder Group beat a bid from Oakmoor.", "Oakmoor beat a rival bid from Larder Group",
         Flaw.SIDES),
        ("Peel Logistics holds 60%.", "will hold 60% of the venture and Peel Logistics 40%",
         Flaw.SIDES),
        ("Dafydd Rees will leave.", "Founder Dafydd Rees will not leave", Flaw.DENIAL),
        ("It was preparing to dismiss 500 people.", "it was preparing to dismiss 500 people",
         Flaw.DENIAL),
        ("Kestrel Motors has filed for bankruptcy.", "Kestrel Motors could file for bankruptcy",
         Flaw.CERTAINTY),
        ("Oakmoor Foods sells the bakery chain.", TITLE, Flaw.OPPOSITE),
        ("Oakmoor Foods is likely to close shops.", TITLE, Flaw.CONCLUSION),
        ("Oakmoor Foods needs new software.", TITLE, Flaw.OTHER_MATTER),
    ],
)  # fmt: skip
def test_what_a_quote_does_not_carry_is_dropped_for_its_reason(
    text: str, quote: object, flaw: Flaw
) -> None:
    verdict = check_claim(text, quote, TEXTS)
    assert (verdict.quote, verdict.flaw) == (None, flaw)
