"""Whether the keyboard's focus can be seen: pictures of a control with it and without it."""

import io

import numpy as np
from PIL import Image
from playwright.sync_api import Page

MARGIN_PX = 8  # room for an outline
LEAST_CONTRAST = 3.0  # WCAG 2.2, 1.4.11 and 2.4.13
IS_FOCUSED = "() => document.activeElement !== document.body"
BOX = """
() => {
  window.lastFocused = document.activeElement;
  window.lastFocused.scrollIntoView({ block: "center" });
  const { x, y, width, height } = window.lastFocused.getBoundingClientRect();
  return { x, y, width, height };
}
"""


def focus_seen(page: Page) -> float:
    """How well the focus is seen of the control that has it.

    The pixels that change with a contrast of 3:1, over those of a line around the control that is
    one pixel wide: 1 or more is well seen. The focus must have come by the keyboard, and nothing
    else on the page may move.
    """
    assert page.evaluate(IS_FOCUSED)
    box = page.evaluate(BOX)
    clip = {
        "x": max(0, box["x"] - MARGIN_PX),
        "y": max(0, box["y"] - MARGIN_PX),
        "width": box["width"] + 2 * MARGIN_PX,
        "height": box["height"] + 2 * MARGIN_PX,
    }
    focused = _luminance(page.screenshot(clip=clip))
    page.evaluate("window.lastFocused.blur()")
    plain = _luminance(page.screenshot(clip=clip))
    page.evaluate("window.lastFocused.focus({ preventScroll: true })")
    lighter, darker = np.maximum(focused, plain), np.minimum(focused, plain)
    n_changed = np.sum((lighter + 0.05) / (darker + 0.05) >= LEAST_CONTRAST)
    return float(n_changed / (2 * (box["width"] + box["height"])))


def _luminance(png: bytes) -> np.ndarray:
    """Relative luminance of every pixel (WCAG 2.2), shape (height, width), 0 black to 1 white."""
    rgb = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
