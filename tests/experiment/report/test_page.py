import json
import re
from importlib.resources import files
from string import Formatter

import pytest

from audio.working import WorkingFormat
from experiment.measuring import Skipped
from experiment.outcome import collect
from experiment.report.hiss import hiss_title
from experiment.report.page import conclusion, report_html
from known_hiss import AddedHiss, HissModel, HissShape
from messages import LANGUAGES, Messages, section_of
from reporting import Chart
from tests.support.experiments import known, report_protocol, result, scores, truth

GOOD, BAD = scores(-3.0, 0.1, 0.1), scores(1.0, -0.1, 0.3)
ENGLISH = Messages("report", "en")
CHARTS = [Chart("a.png", "What <it> shows", b"\x89PNG")]
ENVIRONMENT = {"numpy": "9.9.9"}


def outcome_of(names, protocol=None, skipped=()):
    each = {"noisereduce": GOOD, "hbss": BAD, "mcra": BAD}
    settings = known(dict.fromkeys(each, truth()), GOOD)
    hissy = {"settings": settings} if protocol and protocol.added_hiss else {}
    results = [result(name, each, **hissy) for name in names]
    return collect(results, protocol or report_protocol(), skipped)


def page_of(outcome, language="en") -> str:
    return report_html(outcome, CHARTS, ENVIRONMENT, Messages("report", language)).decode()


def test_the_page_needs_nothing_else():
    page = page_of(outcome_of(["a"]))
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "http" not in page
    assert "<script" not in page
    assert 'src="data:image/png;base64,iVBORw=="' in page


def test_names_are_text_never_markup():
    page = page_of(outcome_of(["<script>alert(1)</script>"]))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'alt="What &lt;it&gt; shows"' in page


def test_the_page_has_tables_parameters_versions_and_hashes():
    page = page_of(outcome_of(["a"], skipped=[Skipped("broken", "file:///b", "It is silent.")]))
    for part in ("✓ pass", "✗ fail", ">verdict<", "−3.000", "hbss.alpha", "9.9.9", "ab" * 32):
        assert part in page, part
    assert "It is silent." in page


def test_the_conclusion_names_the_best_first_and_what_the_clips_hold():
    sentences = conclusion(outcome_of(["a", "b"]), ENGLISH)
    assert sentences[0] == "2 clips, restored at 16 kHz, mono."
    assert sentences[1].startswith("noisereduce passes all three criteria on 2 of 2 clips: 100 %")
    assert "34 to 100 %" in sentences[1]  # Wilson's interval of 2 in 2
    assert "hiss in 2, music in 0, nothing audible in 0 of 2" in sentences[4]
    assert "only listeners can" in sentences[-1]


def test_at_full_quality_the_conclusion_says_of_what_the_scores_are():
    outcome = outcome_of(["a"], report_protocol(WorkingFormat.FULL))
    first = conclusion(outcome, ENGLISH)[0]
    assert first.startswith("1 clip, restored at each file’s own sample rate and channel count;")
    assert "all scores are computed on the 16 kHz mono mix" in first


def test_hiss_added_to_hissy_clips_is_said():
    outcome = outcome_of(["a", "b"], report_protocol(added_hiss=AddedHiss(-50)))
    assert any(
        "2 of 2 already had some of their own" in one for one in conclusion(outcome, ENGLISH)
    )


def test_a_long_table_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr("reporting.page.MOST_ROWS", 3)
    page = page_of(outcome_of([f"track_{n}" for n in range(10)]))
    assert "First 3 of 10 rows; results_hbss.csv has all of them." in page
    assert "track_2" in page
    assert "track_3" not in page


def test_the_languages_have_the_same_words_with_the_same_values():
    texts = {
        language: json.loads(
            files("messages").joinpath(language, "report.json").read_text(encoding="utf-8")
        )
        for language in LANGUAGES
    }
    english, italian = texts["en"], texts["it"]
    assert english.keys() == italian.keys()
    for key, text in english.items():
        fields = [{name for _, name, _, _ in Formatter().parse(one[key]) if name}
                  for one in (english, italian)]  # fmt: skip
        assert fields[0] == fields[1], key
        assert text


def test_every_word_is_used():
    """By its whole key, by the stem that criteria and findings complete, or by Messages.clips."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in files("experiment.report").iterdir()
        if path.name.endswith(".py")
    )
    completed = re.compile(
        r"one_clip|n_clips|(delta_hf|delta_hpss|log_mel)_(title|axis|good)|(finding|format|truth|metric|hiss)_\w+"
    )
    keys = json.loads(files("messages").joinpath("en/report.json").read_text(encoding="utf-8"))
    unused = [key for key in keys if not re.search(rf"""["']{key}["']""", code)]
    assert [key for key in unused if not completed.fullmatch(key)] == []


def test_the_page_is_in_the_language_asked_for():
    page = page_of(outcome_of(["a"]), "it")
    assert '<html lang="it">' in page
    assert "Conclusione" in page
    with pytest.raises(ValueError, match="language must be one of"):
        Messages("report", "fr")


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("model", list(HissModel))
def test_added_hiss_is_named_in_the_language_of_the_report(language, model, tmp_path):
    (tmp_path / "hiss.wav").touch()
    words = section_of("report", language)
    file = str(tmp_path / "hiss.wav") if model == HissModel.FILE else None
    for shape in HissShape:
        if model == HissModel.CODEC and shape != HissShape.HIGH_PASS:
            continue
        title = hiss_title(
            AddedHiss(-50.0, model=model, shape=shape, file=file), Messages("report", language)
        )
        assert title.startswith(words[f"hiss_{model}"])
        assert title.endswith(", −50 dBFS")
        assert (words["hiss_shape_musicgen"] in title) == (shape == HissShape.MUSICGEN)
