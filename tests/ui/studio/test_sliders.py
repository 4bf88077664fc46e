import gradio as gr
import pytest

from restorers import RESTORERS, parameters_of
from ui.studio.sliders import build_controls, defaults, limits_for, restorers_from, values_of


def test_every_parameter_of_every_restorer_has_a_control_with_its_default_and_help():
    with gr.Blocks():
        controls = build_controls(16_000).all
    items = [item for cls in RESTORERS.values() for item in parameters_of(cls)]
    assert [c.label for c in controls] == [item.label for item in items]
    assert [c.value for c in controls] == [item.default for item in items]
    assert [c.info for c in controls] == [item.help for item in items]
    wanted = {
        "Over-subtraction (α)",
        "Spectral floor (β)",
        "Gain floor",
        "Reduction",
        "Cutoff (Hz)",
    }
    assert wanted <= {c.label for c in controls if isinstance(c, gr.Slider)}


def test_the_defaults_are_the_restorers_defaults():
    assert restorers_from(defaults()) == {slug: cls() for slug, cls in RESTORERS.items()}


def test_controls_can_be_set_to_any_restorers():
    changed = {slug: cls() for slug, cls in RESTORERS.items()}
    changed["hbss"] = RESTORERS["hbss"](alpha=3.0)
    assert restorers_from(values_of(changed)) == changed


def test_fit_moves_the_strength_of_its_restorer():
    with gr.Blocks():
        controls = build_controls(16_000)
    for slug, name in {"noisereduce": "prop_decrease", "hbss": "alpha", "mcra": "g_floor"}.items():
        assert controls.strength_control(slug).elem_id == f"{slug}-{name}"
        assert name in controls.fit[slug].value


def test_one_moved_control_changes_one_restorer():
    items = [(slug, item) for slug, cls in RESTORERS.items() for item in parameters_of(cls)]
    values = defaults()
    values[[(slug, item.name) for slug, item in items].index(("hbss", "alpha"))] = 2.5
    moved = restorers_from(values)
    assert moved["hbss"].alpha == 2.5
    assert moved["mcra"] == RESTORERS["mcra"]()


def test_values_that_do_not_go_together_are_explained():
    items = [(slug, item.name) for slug, cls in RESTORERS.items() for item in parameters_of(cls)]
    values = defaults()
    values[items.index(("hbss", "n_fft"))] = 512
    with pytest.raises(ValueError, match="hop_length must lie between"):
        restorers_from(values)


def test_cutoffs_stay_below_half_the_rate():
    values = [12_000.0 if value == 6_000.0 else value for value in defaults()]
    updates, lowered = limits_for(16_000, values, {})
    moved = [update for update in updates if "maximum" in update]
    assert len(moved) == len(lowered) == 3
    assert all(update["maximum"] == update["value"] == 7_900 for update in moved)


def test_a_cutoff_lowered_for_one_clip_comes_back_with_the_next_unless_it_was_moved():
    values = defaults()
    cutoffs = [place for place, value in enumerate(values) if value == 6_000.0]
    updates, lowered = limits_for(8_000, values, {})
    for place in cutoffs:
        values[place] = updates[place]["value"]
    assert [values[place] for place in cutoffs] == [3_900] * 3
    values[cutoffs[0]] = 2_000.0  # by the user
    _, still = limits_for(8_000, values, lowered)  # another such clip
    updates, none = limits_for(44_100, values, still)
    assert [updates[place]["value"] for place in cutoffs] == [2_000, 6_000, 6_000]
    assert none == {}
