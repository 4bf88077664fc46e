"""The restorers that are part of this program."""

from restorers.low_pass import LowPass
from restorers.mcra import McraWiener
from restorers.noisereduce_band import NoisereduceBand
from restorers.restorer import Restorer
from restorers.spectral_subtraction import HighBandSpectralSubtraction

REPORT_RESTORERS = ("noisereduce", "hbss", "mcra")
BASELINE = "lowpass"  # what each of them has to beat
# The setting of each that came nearest to clean music, over several kinds and levels of added hiss;
# `python -m findings` finds them, and docs/findings.md has what they gain on other pieces.
BY_TRUTH: dict[str, Restorer] = {
    "noisereduce": NoisereduceBand(prop_decrease=0.85),
    "hbss": HighBandSpectralSubtraction(alpha=2.5),
    "mcra": McraWiener(over_estimation=5.0, full_band_mix=0.0),
    BASELINE: LowPass(reduction=0.75),
}
RESTORERS: dict[str, type[Restorer]] = {
    "noisereduce": NoisereduceBand,
    "hbss": HighBandSpectralSubtraction,
    "mcra": McraWiener,
    BASELINE: LowPass,
}
