"""Long sounds in blocks: read, transformed and resynthesised as if they were one piece.

Each sample and each STFT frame comes out as it would from the whole, to the last bit, because a
frame depends on its own samples only and a sample on the frames over it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import numpy as np

from audio.stft import n_frames_of, overlap_add, spectrum_of_frames

T = TypeVar("T")

BLOCK_SAMPLES = 2**20  # some minute at 16 kHz, so that a clip of the report is one block


class Sound(Protocol):
    """Samples that can be read in parts: a clip in memory, or a file."""

    @property
    def n_channels(self) -> int: ...

    @property
    def n_samples(self) -> int: ...

    @property
    def sample_rate_hz(self) -> int: ...

    def read(self, start: int, stop: int) -> np.ndarray:
        """float32, shape (n_channels, stop - start); 0 <= start <= stop <= n_samples."""
        ...


def blocks_between(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Ranges of at most BLOCK_SAMPLES that follow each other; inner ends are multiples of it."""
    while start < stop:
        end = min(stop, (start // BLOCK_SAMPLES + 1) * BLOCK_SAMPLES)
        yield start, end
        start = end


def read_padded(sound: Sound, start: int, stop: int) -> np.ndarray:
    """As Sound.read, for any range: beyond its ends the sound is silent."""
    first, last = min(max(start, 0), sound.n_samples), max(min(stop, sound.n_samples), 0)
    samples = sound.read(first, max(first, last))
    before = min(max(-start, 0), stop - start)
    after = stop - start - before - samples.shape[1]
    if before == after == 0:
        return samples
    return np.pad(samples, ((0, 0), (before, after)))


def first_frame_over(sample: int, *, n_fft: int, hop_length: int) -> int:
    """The first STFT frame that reaches beyond a sample."""
    return max(0, (sample - n_fft // 2) // hop_length + 1)


def framed_samples(
    sound: Sound,
    first_frame: int,
    end_frame: int,
    *,
    n_fft: int,
    hop_length: int,
    offset: int = 0,
) -> Iterator[tuple[int, np.ndarray]]:
    """The samples under STFT frames, of which frame t is centred at offset + t * hop, in blocks.

    yields : the number of the block's first frame, and what its frames cover; the next block
        begins with the samples under its own first frame
    """
    per_block = BLOCK_SAMPLES // hop_length
    for frame in range(first_frame, end_frame, per_block):
        end = min(frame + per_block, end_frame)
        start = offset + frame * hop_length - n_fft // 2
        yield frame, read_padded(sound, start, start + (end - 1 - frame) * hop_length + n_fft)


def spectra(
    sound: Sound,
    *,
    n_fft: int,
    hop_length: int,
    first_frame: int = 0,
    end_frame: int | None = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """The frames of `audio.stft.stft` in blocks: the number of the first one, and the spectrum.

    first_frame, end_frame : a part of the frames, its end exclusive; without them, all
    yields : complex64, shape (n_channels, n_freqs, n_frames), each frame once and in order
    """
    frame: dict[str, int] = {"n_fft": n_fft, "hop_length": hop_length}
    n_frames = n_frames_of(sound.n_samples, **frame)
    last = n_frames if end_frame is None else min(end_frame, n_frames)
    for number, samples in framed_samples(sound, first_frame, last, **frame):
        yield number, spectrum_of_frames(samples, **frame)


def for_passes(sound: Sound, make: Callable[[], Iterable[T]]) -> Callable[[], Iterable[T]]:
    """What goes through the blocks of a sound at each call: a single one is kept in memory."""
    if sound.n_samples > BLOCK_SAMPLES:
        return make
    kept = list(make())
    return lambda: kept


def filtered_blocks(
    sound: Sound,
    apply_gain: Callable[[np.ndarray], None],
    *,
    n_fft: int,
    hop_length: int,
    start: int = 0,
    stop: int | None = None,
) -> Iterator[np.ndarray]:
    """The sound from `start` up to `stop` after a gain on every bin of its STFT, block by block.

    apply_gain : changes a block of `spectra` in place; it is called with each frame once, in order
    yields : float32, shape (n_channels, n_samples of the block)
    """
    stop = sound.n_samples if stop is None else stop
    half = n_fft // 2
    first_frame = first_frame_over(start, n_fft=n_fft, hop_length=hop_length)
    n_frames = n_frames_of(sound.n_samples, n_fft=n_fft, hop_length=hop_length)
    end_frame = min(n_frames, -(-(stop + half) // hop_length))
    n_kept = -(-n_fft // hop_length) - 1  # frames that reach into the next block
    kept: np.ndarray | None = None
    at = start
    for frame, spectrum in spectra(
        sound, n_fft=n_fft, hop_length=hop_length, first_frame=first_frame, end_frame=end_frame
    ):
        apply_gain(spectrum)
        next_frame = frame + spectrum.shape[2]
        if kept is not None:
            spectrum = np.concatenate([kept, spectrum], axis=2)
        origin = (next_frame - spectrum.shape[2]) * hop_length - half
        finished = stop if next_frame >= end_frame else next_frame * hop_length - half
        if finished > at:
            samples = overlap_add(spectrum, finished - origin, n_fft=n_fft, hop_length=hop_length)
            yield samples[:, at - origin :]
            at = finished
        kept = spectrum[:, :, -n_kept:].copy()
