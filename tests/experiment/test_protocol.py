import json

import pytest

from audio.working import WorkingFormat
from experiment.protocol import Protocol, default_restorers, protocol_from_facts
from experiment.sweep import Sweep
from known_hiss import AddedHiss
from metrics import MetricSettings
from restorers import RESTORERS, load_catalogue
from tests.support.commands import gain_entry, restorers_file


def test_the_default_is_the_report_s():
    protocol = Protocol()
    assert protocol.working_format == WorkingFormat.REPORT
    assert protocol.conditions == tuple(RESTORERS)
    assert protocol.settings == MetricSettings()


def test_json_brings_back_the_same_protocol():
    protocol = Protocol(
        working_format=WorkingFormat.FULL,
        restorers={"hbss": RESTORERS["hbss"](alpha=1.4)},
        settings=MetricSettings(log_mel_limit=0.3),
        sweeps=(Sweep("hbss", "alpha", (1.0, 2.0)),),
        added_hiss=AddedHiss(-40, seed=3),
        with_residuals=True,
    )
    for one in (protocol, Protocol()):
        assert protocol_from_facts(json.loads(json.dumps(one.facts())), RESTORERS) == one


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"restorers": {}}, "at least one restorer"),
        ({"restorers": {"mcra": RESTORERS["mcra"](cutoff_hz=8000)}}, "below half the sample rate"),
        ({"settings": MetricSettings(cutoff_hz=9000)}, "must not exceed half the sample rate"),
        ({"sweeps": (Sweep("hbss", "cutoff_hz", (5000.0, 9000.0)),)}, "below half the sample rate"),
        ({"sweeps": (Sweep("hbss", "alpha", (1.0,)),) * 2}, "swept only once"),
    ],
)
def test_what_does_not_go_together_is_refused_before_any_clip_is_read(settings, says):
    with pytest.raises(ValueError, match=says):
        Protocol(**settings)


def test_defaults_are_made_anew():
    assert default_restorers() is not default_restorers()


def test_a_command_that_is_gone_or_changed_is_said(tmp_path):
    """An experiment that a restart finds unfinished."""
    catalogue = load_catalogue([restorers_file(tmp_path, gain_entry(tmp_path))])
    protocol = Protocol(restorers={"gain": catalogue.classes["gain"](gain=0.5)})
    facts = json.loads(json.dumps(protocol.facts()))
    assert protocol_from_facts(facts, catalogue.classes) == protocol
    with pytest.raises(ValueError, match="there is no restorer “gain” any more"):
        protocol_from_facts(facts, RESTORERS)
    file = restorers_file(tmp_path, gain_entry(tmp_path).replace('"{out}"', '"{out}", "-v"'))
    with pytest.raises(ValueError, match="“gain” is another program now"):
        protocol_from_facts(facts, load_catalogue([file]).classes)
