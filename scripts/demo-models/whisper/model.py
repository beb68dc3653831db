"""Whisper, small: the same network that whisper.cpp runs, with OpenAI's tensor names.

Only vocabulary rows that the corpus needs are trained; all others stay zero, so their logit is 0. Training accounts for them by one constant
logit, ln(number of zero rows). Timestamps are trained up to the 10 s of the window. Attention over a padded window has no mask, as in whisper.cpp.
"""
import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    mels: int = 80
    audio_context: int = 500  # encoder frames of 20 ms: 10 s
    text_context: int = 128
    width: int = 128
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3  # whisper.cpp takes 2 for distil-whisper and then forbids timestamps

    def as_dict(self):
        return asdict(self)


def sinusoids(length: int, width: int) -> torch.Tensor:
    scale = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * scale[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


def gelu(x: torch.Tensor) -> torch.Tensor:
    return F.gelu(x, approximate="tanh")


class Linear(nn.Linear):
    """Multiplies in bfloat16, which these processors do several times faster; weights and everything else stay float32."""

    def forward(self, x):
        bias = None if self.bias is None else self.bias.bfloat16()
        return F.linear(x.bfloat16(), self.weight.bfloat16(), bias).float()


def product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.bmm(a.bfloat16(), b.bfloat16()).float()


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = Linear(width, width)
        self.key = Linear(width, width, bias=False)
        self.value = Linear(width, width)
        self.out = Linear(width, width)

    def forward(self, x, source, mask=None):
        """[batch, length, width] attending to source; also returns the weights [batch * heads, length, source length]."""
        batch, length, width = x.shape

        def split(y):
            return y.view(batch, -1, self.heads, width // self.heads).transpose(1, 2).reshape(batch * self.heads, -1, width // self.heads)

        q, k, v = split(self.query(x) * (width // self.heads) ** -0.5), split(self.key(source)), split(self.value(source))
        scores = product(q, k.transpose(1, 2))
        weights = (scores if mask is None else scores + mask[:length, :length]).softmax(-1)
        mixed = product(weights, v).view(batch, self.heads, length, -1).transpose(1, 2).reshape(batch, length, width)
        return self.out(mixed), weights


class Block(nn.Module):
    def __init__(self, width: int, heads: int, crosses: bool):
        super().__init__()
        self.attn, self.attn_ln = Attention(width, heads), nn.LayerNorm(width)
        if crosses:
            self.cross_attn, self.cross_attn_ln = Attention(width, heads), nn.LayerNorm(width)
        self.mlp, self.mlp_ln = nn.Sequential(Linear(width, 4 * width), nn.GELU("tanh"), Linear(4 * width, width)), nn.LayerNorm(width)
        self.crosses = crosses

    def forward(self, x, source=None, mask=None):
        normal, weights = self.attn_ln(x), None
        x = x + self.attn(normal, normal, mask)[0]
        if self.crosses:
            crossed, weights = self.cross_attn(self.cross_attn_ln(x), source)
            x = x + crossed
        return x + self.mlp(self.mlp_ln(x)), weights


class Encoder(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.conv1 = nn.Conv1d(shape.mels, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(Block(shape.width, shape.heads, False) for _ in range(shape.encoder_layers))
        self.ln_post = nn.LayerNorm(shape.width)
        self.register_buffer("positional_embedding", sinusoids(shape.audio_context, shape.width))

    @staticmethod
    def convolve(layer, x, stride):
        """A convolution of width 3 as one matrix product, which is faster on a processor. x: [batch, time, channels]."""
        windows = F.pad(x, (0, 0, 1, 1)).unfold(1, 3, stride).flatten(2)
        return F.linear(windows.bfloat16(), layer.weight.flatten(1).bfloat16(), layer.bias.bfloat16()).float()

    def forward(self, mel):
        """[batch, mel frames, 80] to [batch, mel frames / 2, width]"""
        x = gelu(self.convolve(self.conv1, mel, 1))
        x = gelu(self.convolve(self.conv2, x, 2))
        x = x + self.positional_embedding[:x.shape[1]]
        for block in self.blocks:
            x, _ = block(x)
        return self.ln_post(x)


class Decoder(nn.Module):
    def __init__(self, shape: Shape, rows: int):
        super().__init__()
        self.token_embedding = nn.Embedding(rows, shape.width)
        self.positional_embedding = nn.Parameter(torch.randn(shape.text_context, shape.width) * 0.02)
        self.blocks = nn.ModuleList(Block(shape.width, shape.heads, True) for _ in range(shape.decoder_layers))
        self.ln = nn.LayerNorm(shape.width)
        self.register_buffer("mask", torch.full((shape.text_context, shape.text_context), -1e9).triu(1), persistent=False)
        nn.init.normal_(self.token_embedding.weight, std=0.05)

    def forward(self, rows, source):
        """[batch, length] of trained rows to the final states [batch, length, width] and the cross attention of each layer."""
        x = self.token_embedding(rows) + self.positional_embedding[:rows.shape[1]]
        crossings = []
        for block in self.blocks:
            x, weights = block(x, source, self.mask)
            crossings.append(weights)
        return self.ln(x), crossings


class Whisper(nn.Module):
    def __init__(self, shape: Shape, rows: int, phonemes: int):
        super().__init__()
        self.shape = shape
        self.encoder, self.decoder = Encoder(shape), Decoder(shape, rows)
        self.phonemes = Linear(shape.width, phonemes)  # helps the training, is not shipped

    def logits(self, states):
        return F.linear(states, self.decoder.token_embedding.weight)
