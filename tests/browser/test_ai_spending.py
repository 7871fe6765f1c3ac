"""The AI page of the business, as it looks and reads on every screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.screens import axe_findings, every_screen, overflow
from webapp.container import services
from webapp.enums import AIName, AiPurpose, BudgetPolicy
from webapp.models import User
from webapp.providers.base import Usage
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.transactions import atomic

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
USED = Usage(48_210, 9_120, 3.61, cached_tokens=12_000, reasoning_tokens=4_300, calls=210)


@every_screen
def test_budget_and_spending_are_read_on_every_screen(
    page: Page, sign_in: SignIn, ana: User
) -> None:
    with atomic():
        ana.business.ai_monthly_budget_usd = 4.0
        ana.business.ai_budget_policy = BudgetPolicy.DEFER
    accounts = services().ai_accounts
    unknown = Usage(900, 310, None, calls=4, assumed_usd=0.02)
    calls = [
        CallRecord(AIName.OPENAI, "gpt-6-luna", AiPurpose.CLASSIFY, USED, 2.5),
        CallRecord(AIName.ANTHROPIC, "house-model", AiPurpose.INSIGHT, unknown, 2.5),
    ]
    accounts.book(calls, Caller(ana.business_id), limits=accounts.limits_of(ana.business))
    sign_in(ana)
    page.goto("/business/ai")
    expect(page.get_by_role("cell", name="gpt-6-luna")).to_be_visible()
    assert axe_findings(page) == []
    assert overflow(page) <= 0
