"""The restorers that are part of this program."""

from restorers.low_pass import LowPass
from restorers.mcra import McraWiener
from restorers.noisereduce_band import NoisereduceBand
from restorers.restorer import Restorer
from restorers.spectral_subtraction import HighBandSpectralSubtraction

REPORT_RESTORERS = ("noisereduce", "hbss", "mcra")
BASELINE = "lowpass"  # what each of them has to beat
RESTORERS: dict[str, type[Restorer]] = {
    "noisereduce": NoisereduceBand,
    "hbss": HighBandSpectralSubtraction,
    "mcra": McraWiener,
    BASELINE: LowPass,
}
