import re
from dataclasses import replace

from audio.loudness import Level
from comparison import Removal
from listening import read_ballot
from metrics.criteria import CriteriaFlags
from metrics.residual import Residual
from metrics.residual_noise import ResidualNoise
from metrics.scores import Scores
from tests.support import trials
from tests.support.experiments import truth
from tests.support.signals import sine
from ui.html import text
from ui.studio.score_tables import (
    reveal_table,
    score_cards,
    score_table,
    spoken_scores,
    verdict_words,
)

GOOD = Scores(30.0, -4.8512, 5.5, 0.25, 0.174, CriteriaFlags(True, True, True))
BAD = Scores(30.0, 0.5, 5.5, -0.25, 0.4, CriteriaFlags(False, False, False))
ORIGINAL = Scores(35.0, 0.0, 5.0, 0.0, 0.0, None)


def cells(row: str) -> list[str]:
    return [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]


def rows(table: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", table)[1:]


class Measured:
    """A comparison whose numbers are known."""

    def __init__(self, sample_rate_hz=16_000):
        self.original = sine(440, sample_rate_hz=sample_rate_hz)

    def original_scores(self):
        return ORIGINAL

    def original_level(self):
        return Level(-23.0, -1.0, -1.04)

    def scores(self, restorer):
        return {"good": GOOD, "bad": BAD}[restorer]

    def truth(self, restorer, clean):
        assert clean == "clean"
        nothing = {"music_removed_db": None, "snr_before_db": None, "snr_after_db": None}
        return truth(**({} if restorer == "good" else nothing))

    def removal(self, restorer):
        return {
            "good": Removal(-0.001, -1.1, Residual(-52.34, 0.514), ResidualNoise(0.876, 6.54, 5.2)),
            "bad": Removal(
                None, float("-inf"), Residual(-120.0, None), ResidualNoise(None, 0.0, None)
            ),
        }[restorer]


TITLES = {"original": "Original", "a": "<A>", "b": "B"}
RESTORED = {"a": "good", "b": "bad"}


def test_good_and_bad_differ_by_sign_and_word():
    table = score_table(Measured(), RESTORED, TITLES)
    original, good, bad = (cells(row) for row in rows(table))
    assert original[:7] == ["35.000", "–", "5.000", "–", "–", "–", "–"]
    assert good[1:7] == ["✓ −4.851 pass", "5.500", "✓ +0.250 pass", "✓ 0.174 pass", "3/3", "✓ Pass"]
    assert bad[1:7] == ["✗ +0.500 fail", "5.500", "✗ −0.250 fail", "✗ 0.400 fail", "0/3", "✗ Fail"]
    assert "&lt;A&gt;" in rows(table)[1]


def test_the_table_says_what_was_removed():
    original, good, bad = (cells(row) for row in rows(score_table(Measured(), RESTORED, TITLES)))
    assert original[7:] == ["–", "−1.0", "–", "–", "–", "–"]
    assert good[7:] == ["+0.00", "−1.1", "−52.3", "51 %", "88 %", "+6.5"]
    assert bad[7:] == ["–", "−∞", "nothing", "–", "–", "+0.0"]


def test_with_known_hiss_the_table_tells_the_truth():
    original, good, bad = (
        cells(row) for row in rows(score_table(Measured(), RESTORED, TITLES, clean="clean"))
    )
    assert original[-4:] == ["–"] * 4
    assert good[-4:] == ["+10.0", "+10.0", "+2.0", "+6.0"]
    assert bad[-4:] == ["+10.0", "+10.0", "–", "–"]
    assert "LSD gain" in score_cards(Measured(), "good", "clean")
    assert "LSD gain" not in score_cards(Measured(), "good")


def test_at_full_quality_the_table_says_that_the_mix_is_measured():
    assert "16 kHz mono mix" in score_table(Measured(32_000), RESTORED, TITLES)
    assert "mono mix" not in score_table(Measured(), RESTORED, TITLES)


def test_every_column_is_explained_below_the_table():
    table = score_table(Measured(), RESTORED, TITLES)
    headings = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)[1:]
    assert headings == re.findall(r"<dt>(.*?)</dt>", table)


def test_the_reveal_names_what_stood_behind_each_letter():
    drawn = trials.trial()
    ballot = read_ballot(trials.answers(drawn), drawn)
    named = tuple(
        replace(one, version=replace(one.version, title=f"<{one.condition}>"))
        for one in drawn.stimuli
    )
    shown = rows(reveal_table(replace(drawn, stimuli=named), ballot))
    for row, stimulus in zip(shown, drawn.stimuli, strict=True):
        assert f"{stimulus.label} = &lt;{stimulus.condition}&gt;" in row
    assert cells(shown[3])[0] == "60 ★ preferred"
    assert cells(shown[0])[0] == "0"


def test_text_cannot_become_markup_or_template_code():
    assert (
        text("<b>${alert(1)}{{x}}") == "&lt;b&gt;&#36;&#123;alert(1)&#125;&#123;&#123;x&#125;&#125;"
    )


def test_the_cards_say_what_passes_and_what_else_was_done():
    plain = re.sub("<[^>]+>", " ", score_cards(Measured(), "good"))
    assert " ".join(plain.split()) == (
        "Δ HF −4.85 dB ✓ Pass Δ HPSS +0.25 ✓ Pass Log-mel 0.174 ✓ Pass "
        "Loudness 0.00 LU Peak −1.1 dBFS Residual RMS −52.3 dBFS Residual harmonic share 51 % "
        "Noise in residual 88 % Estimated gain +6.5 dB"
    ).replace("Loudness 0.00", "Loudness +0.00")
    plain = re.sub("<[^>]+>", " ", score_cards(Measured(), "bad"))
    assert plain.split().count("Fail") == 3
    assert verdict_words(GOOD) == "✓ Pass, 3/3 criteria"
    assert verdict_words(BAD) == "✗ Fail, 0/3 criteria"
    assert "nothing removed" in plain


def test_scores_can_be_told_in_a_sentence():
    assert (
        spoken_scores("B", BAD) == "B: Δ HF 0.50 dB fails, Δ HPSS −0.25 fails, log-mel 0.400 fails."
    )
