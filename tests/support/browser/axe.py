"""What axe-core finds wrong on a page for people who cannot see it well, or do without a mouse."""

from functools import cache
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Off by default, because no tag of a standard holds them; both find what a reader stumbles over.
FURTHER_RULES = ("label-content-name-mismatch", "target-size")
IMPACTS = ("moderate", "serious", "critical")
# What Gradio draws by itself, (rule, selector): the button of its File is named "Click to upload or
# drop files", and shows "Drop File Here - or - Click to Upload".
GRADIO_S = {("label-content-name-mismatch", ".upload-container")}
RUN = """
async ([tags, rules, impacts]) => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: true }])),
    resultTypes: ["violations"],
  });
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ impact }) => impacts.includes(impact))
    .map(({ impact, target, failureSummary }) =>
      [id, target.flat(Infinity).join(" "), impact, failureSummary]));
}
"""


class Violation(NamedTuple):
    """One node that breaks a rule.

    rule : its name in axe-core
    selector : where the node is
    """

    rule: str
    selector: str
    impact: str
    why: str


def violations(page: Page) -> list[Violation]:
    """The nodes of a page, as it is shown now, on which axe-core finds a fault against WCAG 2.2 AA
    or its best practices that is at least moderate; GRADIO_S left out."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_script())  # not a script tag, which the page's policy would refuse
    found = page.evaluate(RUN, [TAGS, FURTHER_RULES, IMPACTS])
    return [one for one in starmap(Violation, found) if (one.rule, one.selector) not in GRADIO_S]


@cache
def _script() -> str:
    if not SCRIPT.exists():
        raise FileNotFoundError(f"{SCRIPT} is missing; `npm ci` installs it, as `make test` does.")
    return f"{SCRIPT.read_text(encoding='utf-8')}; undefined"
