"""The settings of all sliders under a name, and as a line to copy."""

from typing import Any

import gradio as gr

from restorers import RESTORERS, Restorer, settings_from_json, settings_json, settings_python
from ui.errors import explained
from ui.services import Services
from ui.studio.sliders import restorers_from, values_of


def build_preset_panel(services: Services, page: gr.Blocks, controls: list) -> tuple:
    """Returns the components that show the present settings, as `written_settings` fills them."""
    with gr.Accordion("Presets, and settings to copy", open=False, elem_id="settings"):
        with gr.Row(equal_height=True):
            chosen = gr.Dropdown(
                label="Preset",
                info="Choosing one moves all sliders.",
                choices=[],
                value=None,
                elem_id="preset",
            )
            name = gr.Textbox(
                label="Name",
                info="Saving under the same name replaces the preset.",
                elem_id="preset-name",
            )
            with gr.Column(min_width=160):
                save = gr.Button("Save the sliders as a preset", elem_id="preset-save")
                delete = gr.Button("Delete the chosen preset", elem_id="preset-delete")
        as_json = gr.Textbox(
            label="The sliders as JSON",
            buttons=["copy"],
            lines=2,
            interactive=False,
            elem_id="settings-json",
        )
        as_python = gr.Textbox(
            label="The sliders as Python",
            buttons=["copy"],
            lines=2,
            interactive=False,
            elem_id="settings-python",
        )
        pasted = gr.Textbox(
            label="Settings to apply",
            info="A line of JSON as above; what it does not name gets the report's value.",
            lines=2,
            elem_id="settings-paste",
        )
        apply = gr.Button("Apply to the sliders", size="sm", elem_id="settings-apply")

    def choices(value=None):
        return gr.update(choices=services.presets.names(), value=value)

    @explained
    def list_presets():
        return choices()

    @explained
    def load_preset(wanted):
        return values_of(services.presets.get(wanted))

    @explained
    def save_preset(wanted, *values):
        return choices(services.presets.save(wanted, restorers_from(values)))

    @explained
    def delete_preset(wanted):
        if wanted is None:
            raise ValueError("Please choose the preset that is to be deleted.")
        services.presets.delete(wanted)
        return choices()

    @explained
    def apply_json(text):
        return values_of(settings_from_json(text, RESTORERS))

    quiet: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None}
    newest = {"trigger_mode": "always_last", **quiet}  # a choice made during another is not lost
    chosen.focus(lambda now: choices(now), chosen, chosen, **quiet)
    chosen.input(load_preset, chosen, controls, **newest)
    gr.on([save.click, name.submit], save_preset, [name, *controls], chosen, **quiet)
    delete.click(delete_preset, chosen, chosen, **quiet)
    apply.click(apply_json, pasted, controls, **newest)
    page.load(list_presets, outputs=chosen, **quiet)
    return as_json, as_python


def written_settings(restorers: dict[str, Restorer]) -> tuple[str, str]:
    return settings_json(restorers), settings_python(restorers)
