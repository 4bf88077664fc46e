"""From a clip at any rate to the rate at which it is restored and judged."""

import librosa

from audio.clip import AudioClip

REPORT_RATE_HZ = 16_000
NATIVE_RATE_HZ = 32_000

# The metrics' thresholds hold at the report's rate; every result says which rate it was made at.
WORKING_RATES_HZ = {
    REPORT_RATE_HZ: "16 kHz (report protocol)",
    NATIVE_RATE_HZ: "32 kHz (MusicGen native)",
}


def at_working_rate(clip: AudioClip, sample_rate_hz: int) -> AudioClip:
    """The clip at `sample_rate_hz`, scaled down to peak 1.0 if it is louder than full scale.

    Resampling is librosa's default (soxr, high quality). Nothing else is normalised: real
    MusicGen clips reach a peak of 1.5, and only those are scaled.
    Raises ValueError for a rate that is not one of WORKING_RATES_HZ.
    """
    if sample_rate_hz not in WORKING_RATES_HZ:
        raise ValueError(
            f"working rate must be one of {sorted(WORKING_RATES_HZ)} Hz, got {sample_rate_hz}"
        )
    samples = clip.samples
    if clip.sample_rate_hz != sample_rate_hz:
        samples = librosa.resample(samples, orig_sr=clip.sample_rate_hz, target_sr=sample_rate_hz)
    working = AudioClip(samples, sample_rate_hz)
    if working.peak > 1.0:
        working = working.with_samples(working.samples / working.peak)
    return working
