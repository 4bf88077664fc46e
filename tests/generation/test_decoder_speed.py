"""What makes generation fast leaves the numbers alone, or says by how much it does not."""

import itertools

import numpy as np
import pytest
import torch
from transformers import AutoModelForTextToWaveform, AutoTokenizer

from generation import ModelUnavailable, MusicGen, Prompt
from generation.cache_torch import growing_cache
from generation.decoder_torch import (
    PackedLinear,
    can_compute_bfloat16,
    load_for_accelerator,
    load_for_cpu,
)
from generation.sampling import drawing_from

SHORT = Prompt("a relaxing lo-fi beat", duration_s=1.0, seed=7)
N_TOKENS = 153  # of a clip of three seconds; the cache grows twice
PROMPTS = (Prompt("a slow piano", 3.0, 1), Prompt("x", 3.0, 2))

needs_bfloat16 = pytest.mark.skipif(
    not can_compute_bfloat16(), reason="no bfloat16 on this processor"
)


@pytest.fixture(scope="module")
def plain(checkpoint):
    return AutoModelForTextToWaveform.from_pretrained(checkpoint, dtype=torch.float32).eval()


def generated(model, folder, prompts=PROMPTS) -> np.ndarray:
    """Sounds of shape (n_prompts, n_samples)."""
    texts = [prompt.text for prompt in prompts]
    inputs = AutoTokenizer.from_pretrained(folder)(texts, padding=True, return_tensors="pt")
    with torch.inference_mode(), drawing_from(model, [prompt.seed for prompt in prompts]):
        audio = model.generate(
            input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"],
            do_sample=True, guidance_scale=3.0, max_new_tokens=N_TOKENS,
        )  # fmt: skip
    return audio[:, 0].float().numpy()


@pytest.fixture(scope="module")
def plain_sounds(plain, checkpoint) -> np.ndarray:
    return generated(plain, checkpoint)


def logits(model) -> torch.Tensor:
    random = torch.Generator().manual_seed(1)
    config = model.config.decoder
    codes = torch.randint(config.vocab_size, (2 * config.num_codebooks, 20), generator=random)
    text = torch.randn(2, 5, config.hidden_size, generator=random)
    with torch.inference_mode():
        return model.decoder(input_ids=codes, encoder_hidden_states=text).logits


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 10])
def test_packed_weights_give_the_same_product(rows, bias):
    linear = torch.nn.Linear(48, 80, bias=bias)
    features = torch.randn(rows, 3, 48)
    with torch.inference_mode():
        packed = PackedLinear(linear, torch.float32)(features)
        torch.testing.assert_close(packed, linear(features))


def test_packing_moves_no_logit_by_more_than_rounding(plain, checkpoint):
    packed = load_for_cpu(checkpoint, torch.float32).eval()
    assert not [m for m in packed.decoder.modules() if isinstance(m, torch.nn.Linear)]
    torch.testing.assert_close(logits(packed), logits(plain))


@needs_bfloat16
def test_bfloat16_moves_logits_by_some_per_cent_of_their_spread(plain, checkpoint):
    expected = logits(plain)
    error = logits(load_for_cpu(checkpoint, torch.bfloat16).eval()) - expected
    relative = (error.square().mean().sqrt() / expected.std()).item()
    assert 1e-4 < relative < 0.05


def test_the_growing_cache_changes_no_sample(plain, plain_sounds, checkpoint, monkeypatch):
    # None: transformers makes the cache it uses otherwise.
    monkeypatch.setattr("generation.cache_torch.growing_cache", lambda model: None)
    assert np.array_equal(generated(plain, checkpoint), plain_sounds)


def test_every_token_is_in_the_cache_once(plain, checkpoint):
    lengths = []

    def note(module, args, options):
        cache = options["past_key_values"]
        lengths.append(None if cache is None else cache.get_seq_length())

    hook = plain.decoder.register_forward_pre_hook(note, with_kwargs=True)
    generated(plain, checkpoint)
    hook.remove()
    assert lengths[-N_TOKENS:] == list(range(N_TOKENS))


def test_the_growing_cache_seldom_moves_what_it_holds(plain):
    layer = growing_cache(plain).self_attention_cache
    places, expected = [], []
    for i in range(N_TOKENS):
        new = torch.full((2, 4, 1, 3), float(i))
        expected.append(new)
        keys, values = layer.update(new, -new, 0)
        places.append(keys.data_ptr())
    assert torch.equal(keys, torch.cat(expected, dim=-2))
    assert torch.equal(values, -keys)
    assert layer.get_seq_length() == N_TOKENS
    assert len(list(itertools.groupby(places))) == 3


def test_clips_are_those_of_plain_transformers_but_for_rounding(plain_sounds, checkpoint):
    musicgen = MusicGen(str(checkpoint), device="cpu")
    for clip, samples in zip(musicgen.generate_all(PROMPTS), plain_sounds, strict=True):
        assert np.allclose(clip.samples, samples, atol=1e-4 * clip.peak)


@needs_bfloat16
def test_bfloat16_makes_clips_and_says_so(checkpoint):
    musicgen = MusicGen(str(checkpoint), device="cpu", precision="bfloat16")
    clip = musicgen.generate(SHORT)
    assert clip.duration_s == SHORT.duration_s
    assert musicgen.provenance()["precision"] == "bfloat16"
    assert np.array_equal(musicgen.generate(SHORT).samples, clip.samples)


def test_on_an_accelerator_the_codec_stays_in_float32(checkpoint):
    half = load_for_accelerator(checkpoint, torch.float16).eval()
    assert {p.dtype for p in half.decoder.parameters()} == {torch.float16}
    assert {p.dtype for p in half.audio_encoder.parameters()} == {torch.float32}
    audio = generated(half, checkpoint)
    assert audio.shape == (2, 3 * 32_000)
    assert np.isfinite(audio).all()


def test_float16_on_the_cpu_is_explained(checkpoint):
    with pytest.raises(ModelUnavailable, match=r"does not support float16.*--precision"):
        MusicGen(str(checkpoint), device="cpu", precision="float16").generate(SHORT)


def test_bfloat16_where_it_cannot_be_had_is_explained(checkpoint, monkeypatch):
    monkeypatch.setattr("generation.decoder_torch.can_compute_bfloat16", lambda: False)
    with pytest.raises(ModelUnavailable, match=r"does not support bfloat16.*--precision"):
        MusicGen(str(checkpoint), device="cpu", precision="bfloat16").generate(SHORT)


def test_without_onednn_the_model_stays_as_it_is_loaded(checkpoint, monkeypatch):
    monkeypatch.setattr("torch.backends.mkldnn.is_available", lambda: False)
    model = load_for_cpu(checkpoint, torch.float32)
    assert not [m for m in model.modules() if isinstance(m, PackedLinear)]
