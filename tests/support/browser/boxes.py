"""Which elements of a page reach beyond its window, or beyond a container that cuts them off, where
nobody can see or press them."""

from typing import NamedTuple

from playwright.sync_api import Page

# A page whose container clips what is too wide has a scrollWidth as if all were well, so each box
# is measured for itself. What lies in a container that scrolls can be scrolled to.
OUTSIDE = """
() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const isReachable = (element) => {
    for (let parent = element.parentElement; parent && parent !== document.body;
      parent = parent.parentElement) {
      if (scrolls(parent)) return true;
    }
    return false;
  };
  // Beside a container that cuts off what is too wide, or too high for one that scrolls downwards.
  const isCutOff = (element, { left, right }) => {
    for (let parent = element.parentElement; parent && parent !== document.body;
      parent = parent.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(parent);
      if (["auto", "scroll"].includes(overflowX)) return false;
      if (overflowX !== "hidden" || overflowY === "hidden") continue;
      const box = parent.getBoundingClientRect();
      if (left >= box.right - 0.5 || right <= box.left + 0.5) return true;
    }
    return false;
  };
  const isSeen = (element) => !element.closest(".lab-unseen") && element.checkVisibility(
    { contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
  const nameOf = ({ tagName, id, classList }) =>
    tagName.toLowerCase() + (id && `#${id}`) + [...classList].map((name) => `.${name}`).join("");
  return [...document.body.querySelectorAll("*")].flatMap((element) => {
    const { left, right, height } = element.getBoundingClientRect();
    const isOutside = right > width + 0.5 || left < -0.5; // half a pixel: boxes are rounded
    const hasArea = right > left && height > 0;
    const isLost = isOutside ? !isReachable(element) : isCutOff(element, { left, right });
    return hasArea && isLost && isSeen(element)
      ? [[nameOf(element), left, right, width]] : [];
  });
}
"""
# Scripts that answer to a new size do so in the next frame, and their own answers in the one after.
SETTLED = """
() => new Promise((done) => {
  const wait = (frames) => requestAnimationFrame(() => frames ? wait(frames - 1) : done());
  wait(3);
})
"""


class Outside(NamedTuple):
    """An element that reaches beyond a window of some width; all in CSS pixels."""

    element: str
    left: float
    right: float
    window: float


def outside(page: Page) -> list[Outside]:
    """The visible elements that reach beyond the window at either side.

    Those in a container that scrolls are left out, and those that are only read out
    (`.lab-unseen`).
    """
    return [Outside(*one) for one in page.evaluate(OUTSIDE)]


def outside_at(page: Page, widths: tuple[int, ...]) -> list[Outside]:
    """The same at each of several widths of the window; its size is then as it was before."""
    size = page.viewport_size
    assert size is not None
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.evaluate(SETTLED)
        found += outside(page)
    page.set_viewport_size(size)
    return found
