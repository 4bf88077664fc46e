"""How the Studio words a rate and a number of channels."""


def rate_and_channels(sample_rate_hz: int, n_channels: int) -> str:
    """As in "44.1 kHz stereo"."""
    return f"{sample_rate_hz / 1000:g} kHz {'stereo' if n_channels == 2 else 'mono'}"
