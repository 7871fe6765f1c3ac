"""The screens that every page is looked at on, and what must hold on each of them."""

from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


@dataclass(frozen=True)
class Screen:
    """A window: its size in CSS pixels, its colours, and whether scripts run."""

    width: int
    height: int
    scheme: str = "light"
    scripts: bool = True
    touch: bool = False

    @property
    def context_args(self) -> dict[str, Any]:
        """What Playwright's new_context takes."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.scheme,
            "java_script_enabled": self.scripts,
            "has_touch": self.touch,
            "locale": "en-GB",
            "timezone_id": "UTC",
            "reduced_motion": "reduce",
        }


DESKTOP = Screen(1440, 900)
PHONE = Screen(390, 844, touch=True)
PHONE_DARK = Screen(390, 844, "dark", touch=True)
SCREENS = {
    "desktop-light": DESKTOP,
    "desktop-dark": Screen(1440, 900, "dark"),
    "phone-light": PHONE,
    "phone-dark": PHONE_DARK,
}

every_screen = pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS, indirect=True)
"""Runs a test on all four screens; `page` then opens in each of them."""


def axe_findings(page: Page) -> list[str]:
    """Return what axe finds wrong, one sentence a rule with the first elements that break it."""
    findings = []
    for violation in Axe().run(page).response["violations"]:
        places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
        findings.append(f"{violation['id']}: {violation['help']} at {places}")
    return findings


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))
