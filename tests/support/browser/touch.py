"""Which controls of a page are too small for a finger."""

from playwright.sync_api import Page

FINGER_PX = 44  # WCAG 2.2, 2.5.5
SMALL = """
(least) => [...document.querySelectorAll("button, a, input, textarea, select, [role=slider]")]
  .filter((control) => control.checkVisibility({ visibilityProperty: true }))
  .filter((control) => getComputedStyle(control).clipPath === "none") // not a skip link at rest
  .map((control) => [control, (control.closest("label") || control).getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < least - 0.5) // boxes are rounded
  .map(([{ outerHTML }, { width, height }]) => `${width} x ${height}: ${outerHTML}`)
"""


def too_small(page: Page) -> list[str]:
    """The controls, each with its label, that are lower or narrower than a finger."""
    return page.evaluate(SMALL, FINGER_PX)
