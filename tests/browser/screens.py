"""The screens that every page is looked at on, and what must hold on each of them."""

import os
from dataclasses import dataclass
from pathlib import Path
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

KEEPS_PICTURES = bool({"BEACON_SCREENS", "BEACON_WRITE_SCREENS"} & os.environ.keys())
"""Whether somebody wants to look at the pictures that tests draw."""
_SMALL = {"desktop-light", "phone-dark"}
_BIG = () if KEEPS_PICTURES else pytest.mark.long

every_screen = pytest.mark.parametrize(
    "screen",
    [
        pytest.param(screen, id=name, marks=() if name in _SMALL else _BIG)
        for name, screen in SCREENS.items()
    ],
    indirect=True,
)
"""Runs a test on two screens, which have both sizes and both colours; `make test-long` on four."""


def draw(page: Page, name: str, screen: Screen) -> None:
    """Keep a picture of the whole page in the folder BEACON_SCREENS, when one is named."""
    folder = os.environ.get("BEACON_SCREENS")
    if folder:
        path = Path(folder) / f"{name}-{screen.width}-{screen.scheme}.png"
        page.screenshot(path=path, full_page=True)


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
