"""A MusicGen checkpoint with random weights, made on the spot and saved as real ones are.

    python tests/checkpoint.py FOLDER [--full-size]

Tiny by default, for tests; --full-size has the shape of musicgen-small, for measuring speed.
"""

import argparse
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    EncodecConfig,
    EncodecFeatureExtractor,
    EncodecModel,
    MusicgenConfig,
    MusicgenDecoderConfig,
    MusicgenForConditionalGeneration,
    MusicgenMelodyConfig,
    MusicgenMelodyDecoderConfig,
    MusicgenMelodyForConditionalGeneration,
    MusicgenProcessor,
    T5Config,
    T5TokenizerFast,
)

TINY = {
    "text": {"d_model": 16, "d_kv": 4, "d_ff": 32, "num_layers": 1, "num_heads": 4},
    "codec": {"hidden_size": 8, "num_filters": 4, "num_lstm_layers": 1, "codebook_size": 64},
    "decoder": {
        "hidden_size": 16,
        "ffn_dim": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "vocab_size": 64,
        "initializer_factor": 0.5,  # large enough for the text to be heard through two layers
    },
}
MUSICGEN_SMALL = {
    "text": {"d_model": 768, "d_kv": 64, "d_ff": 3072, "num_layers": 12, "num_heads": 12},
    "codec": {"hidden_size": 128, "num_filters": 64, "num_lstm_layers": 2, "codebook_size": 2048},
    "decoder": {
        "hidden_size": 1024,
        "ffn_dim": 4096,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "vocab_size": 2048,
    },
}
N_CODEBOOKS = 4
MUSICGEN = (MusicgenConfig, MusicgenDecoderConfig, MusicgenForConditionalGeneration)
MELODY = (
    MusicgenMelodyConfig,
    MusicgenMelodyDecoderConfig,
    MusicgenMelodyForConditionalGeneration,
)


def codec_config(sizes=TINY) -> EncodecConfig:
    """Of MusicGen's 32 kHz codec."""
    return EncodecConfig(
        sampling_rate=32_000,
        target_bandwidths=[2.2],
        upsampling_ratios=[8, 5, 4, 4],  # 640 samples a frame: 50 frames a second
        normalize=False,
        use_causal_conv=False,
        codebook_dim=sizes["codec"]["hidden_size"],
        **sizes["codec"],
    )


def make_codec(folder) -> None:
    """Save a random EnCodec model by itself, as facebook/encodec_32khz is."""
    torch.manual_seed(0)
    model = EncodecModel(codec_config()).eval()
    with torch.inference_mode():
        coded = model.encoder(torch.randn(1, 1, 64_000))[0]
        spread = coded.std(dim=1)
        for number, layer in enumerate(model.quantizer.layers):
            # around what the encoder gives: with codes of zero all sounds would become the same
            entries = spread * torch.randn_like(layer.codebook.embed)
            layer.codebook.embed.copy_(entries if number else coded.mean(dim=1) + entries)
    model.save_pretrained(folder)


def make_checkpoint(folder, *, sizes=TINY, audio_channels: int = 1, kind=MUSICGEN) -> Path:
    """Save a random MusicGen model with its processor; the weights depend on torch's seed."""
    make_config, make_decoder_config, make_model = kind
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    vocabulary += [(letter, -3.0) for letter in "▁abcdefghijklmnopqrstuvwxyz-"]
    end_of_stream = sizes["decoder"]["vocab_size"]
    config = make_config(
        text_encoder=T5Config(vocab_size=len(vocabulary), **sizes["text"]).to_dict(),
        audio_encoder=codec_config(sizes).to_dict(),
        decoder=make_decoder_config(
            num_codebooks=N_CODEBOOKS * audio_channels,
            audio_channels=audio_channels,
            pad_token_id=end_of_stream,
            bos_token_id=end_of_stream,
            **sizes["decoder"],
        ).to_dict(),
    )
    model = make_model(config)
    for layer in model.audio_encoder.quantizer.layers:
        layer.codebook.embed.normal_()  # all zeros when new: every token would sound alike
    model.generation_config.pad_token_id = end_of_stream
    model.generation_config.bos_token_id = end_of_stream
    model.generation_config.decoder_start_token_id = end_of_stream
    tokenizer = _tokenizer(vocabulary)
    folder = Path(folder)
    model.save_pretrained(folder)
    if kind is MUSICGEN:
        extractor = EncodecFeatureExtractor(sampling_rate=32_000)
        MusicgenProcessor(feature_extractor=extractor, tokenizer=tokenizer).save_pretrained(folder)
    else:  # the melody model's feature extractor needs torchaudio, which nothing here does
        tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(vocabulary) -> T5TokenizerFast:
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=["$A", "</s>"], pair=["$A", "</s>", "$B", "</s>"], special_tokens=[("</s>", 1)]
    )
    return T5TokenizerFast(tokenizer_object=tokenizer, extra_ids=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full-size", action="store_true", help="the shape of musicgen-small")
    options = parser.parse_args()
    make_checkpoint(options.folder, sizes=MUSICGEN_SMALL if options.full_size else TINY)
