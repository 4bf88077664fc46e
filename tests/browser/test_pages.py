"""Studies, Experiment and Results with something in them, at any size, and by whoever uses them."""

import pytest

import app
from experiment.protocol import Protocol
from experiment.running.experiment_store import ExperimentStore
from listening.study_store import StudyStore
from restorers import Catalogue
from tests.browser.conftest import screenshot
from tests.support import trials
from tests.support.browser.everybody import each_screen, faults, screen
from tests.support.browser.focus import focus_seen
from tests.support.experiments import write_clips
from tests.support.server import running
from tests.support.simulated_votes import simulate, write_votes

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shifted += value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def own_address(tmp_path_factory):
    """An app with an open study, a draft, 30 votes and a finished experiment."""
    folder = tmp_path_factory.mktemp("pages")
    results = folder / "results"
    studies = StudyStore(results / "studies")
    study = trials.open_study(studies, name="Hiss of a rainy afternoon", n_clips=2)
    studies.create("Draft")
    write_votes(results, simulate(10, 3).assign(study_id=study.study_id))
    experiments = ExperimentStore(results / "experiments", Catalogue())
    songs = sorted(write_clips(folder / "songs", 2).iterdir())
    clips = [(path.stem, path.suffix, path.read_bytes()) for path in songs]
    experiments.run(experiments.add(clips, Protocol(), "en"))
    options = ["--library", str(folder / "library"), "--results", str(results)]
    with running(app.parse_options(options)) as address:
        yield address


def choose(page, element_id: str, title: str) -> None:
    """An entry of a Dropdown, by the beginning of its label."""
    page.locator(f"#{element_id} input").click()
    page.get_by_role("option").filter(has_text=title).click()


def states_of_studies(page):
    page.locator("#study-name").wait_for()
    yield "empty"
    choose(page, "study", "Draft")
    page.get_by_text("Draft is a draft").wait_for()
    unfold(page)
    yield "draft"
    choose(page, "study", "Hiss of a rainy")
    page.locator("#study-link").wait_for()
    page.locator("#study-close:enabled").wait_for()
    page.wait_for_timeout(500)  # its colours change slowly
    yield "open"


def states_of_experiment(page):
    page.locator("#experiment-run").wait_for()
    unfold(page)
    yield "empty"
    choose(page, "experiment-earlier", "2 clips")
    page.wait_for_selector("#experiment-report iframe")
    page.wait_for_function(
        "() => document.querySelector('#experiment-report iframe').clientHeight > 1500"
    )
    yield "report"


def states_of_results(page):
    page.get_by_text("10 listeners").first.wait_for()
    yield "top"
    unfold(page)
    yield "everything"


def unfold(page) -> None:
    """All that is folded on the page, also Gradio's accordions."""
    page.eval_on_selector_all("main details", "all => all.forEach((one) => one.open = true)")
    folded = page.locator("main button.label-wrap:not(.open)").filter(visible=True)
    while folded.count():
        folded.first.click()
    page.wait_for_timeout(500)


@each_screen
@pytest.mark.parametrize(
    ("path", "states"),
    [
        ("/studies", states_of_studies),
        ("/experiment", states_of_experiment),
        ("/results", states_of_results),
    ],
)
def test_every_page_fits_every_screen_and_can_be_used_by_everybody(
    open_any, own_address, path, states, width
):
    page = open_any(own_address, path, **screen(width))
    seen = faults(page, states(page), width, lambda name: screenshot(page, f"{path[1:]}-{name}"))
    assert seen == {}


@pytest.mark.parametrize(
    ("path", "look", "least"),
    [("/", "light", 40), ("/studies", "dark", 8), ("/experiment", "light", 15),
     ("/results", "dark", 15)],
)  # fmt: skip
def test_the_keyboard_s_focus_can_be_seen_wherever_it_is(open_any, own_address, path, look, least):
    """least : stops of the Tab key at least"""
    page = open_any(own_address, path, color_scheme=look, reduced_motion="reduce")
    page.locator(".lab-player[data-ready], #lab-main button").filter(visible=True).first.wait_for()
    page.wait_for_timeout(2000)
    seen = {}
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body"):
        page.wait_for_timeout(100)  # Gradio's colours change slowly
        name = page.evaluate("document.activeElement.outerHTML.slice(0, 150)")
        seen[f"{len(seen)}: {name}"] = focus_seen(page)
        assert len(seen) < 150, "Tab never leaves the page"
        page.keyboard.press("Tab")
    assert len(seen) >= least
    assert {name: share for name, share in seen.items() if share < 1} == {}


@pytest.mark.parametrize(
    ("path", "width"),
    [("/", 1280), ("/studies", 1280), ("/experiment", 1280), ("/results", 1280), ("/", 390)],
)
def test_pages_hardly_shift_while_they_load(open_any, own_address, path, width):
    """The sum of all layout shifts, which 0.1 calls good."""
    page = open_any(own_address, path, init_script=SHIFTS, viewport={"width": width, "height": 844})
    page.locator(".lab-player[data-ready], #lab-main button").filter(visible=True).first.wait_for()
    page.wait_for_timeout(2500)
    assert page.evaluate("window.shifted") < 0.1
