"""A text-to-image model of a few hundred kB with random weights: it draws noise, in the way that real ones draw."""

from pathlib import Path

# Letters, alone and at the end of a word: any word in small letters can be spelled, each of its letters being a token.
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,.'-"
BEGIN, END = "<|startoftext|>", "<|endoftext|>"
LONGEST = 77  # tokens of a prompt, as in the models that this one is like


def save_tiny_pipeline(folder: Path) -> Path:
    """Save a random Stable Diffusion pipeline into `folder` and return it; the same weights every time."""
    import torch
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    pieces = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), BEGIN, END]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=LONGEST)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        pipeline = StableDiffusionPipeline(
            vae=AutoencoderKL(
                down_block_types=("DownEncoderBlock2D",) * 5,
                up_block_types=("UpDecoderBlock2D",) * 5,
                block_out_channels=(4, 4, 4, 4, 4),
                norm_num_groups=4,
                latent_channels=4,
                sample_size=256,
            ),
            text_encoder=CLIPTextModel(
                CLIPTextConfig(
                    vocab_size=len(pieces),
                    hidden_size=32,
                    intermediate_size=37,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    max_position_embeddings=LONGEST,
                    bos_token_id=pieces.index(BEGIN),
                    eos_token_id=pieces.index(END),
                    pad_token_id=pieces.index(END),
                )
            ),
            tokenizer=tokenizer,
            unet=UNet2DConditionModel(
                sample_size=16,
                in_channels=4,
                out_channels=4,
                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
                block_out_channels=(8, 16),
                layers_per_block=1,
                norm_num_groups=4,
                attention_head_dim=2,
                cross_attention_dim=32,
            ),
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
            ),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    pipeline.save_pretrained(folder)
    return folder
