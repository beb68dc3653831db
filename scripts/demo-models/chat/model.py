"""A small llama: RMS norms, rotary positions on neighbouring pairs (as llama.cpp's llama expects), SwiGLU, tied embeddings.

It starts with two copying circuits already in place (see `build_copying`): from a random start a network of this size does not learn to copy names
and numbers within the minutes that a processor has.
"""
import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 3072
    width: int = 192
    layers: int = 4
    heads: int = 4
    hidden: int = 512
    context: int = 4096
    rope_base: float = 500000.0
    epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    def as_dict(self):
        return asdict(self)


def linear(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """In bfloat16, which these processors multiply several times faster."""
    return F.linear(x.bfloat16(), weight.bfloat16()).float()


class Norm(nn.Module):
    def __init__(self, width: int, epsilon: float):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


def turn(x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """Rotates neighbouring pairs. x: [..., length, heads, head width]; cosine, sine: [length, 1, head width / 2]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2)


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        width = shape.width
        self.attn_norm, self.ffn_norm = Norm(width, shape.epsilon), Norm(width, shape.epsilon)
        for name, rows, columns, scale in (("attn_q", width, width, 0.05), ("attn_k", width, width, 0.05), ("attn_v", width, width, 0.05),
                                           ("attn_output", width, width, 0.0015), ("ffn_gate", shape.hidden, width, 0.05),
                                           ("ffn_up", shape.hidden, width, 0.05), ("ffn_down", width, shape.hidden, 0.0015)):
            setattr(self, name, nn.Parameter(torch.randn(rows, columns) * scale))

    def split(self, x, weight):
        return linear(x, weight).view(*x.shape[:-1], self.shape.heads, self.shape.head_width)

    def heads_of(self, x, rotation):
        """Queries, keys and values, each [batch, length, heads, head width]."""
        normal = self.attn_norm(x)
        return turn(self.split(normal, self.attn_q), *rotation), turn(self.split(normal, self.attn_k), *rotation), self.split(normal, self.attn_v)

    def feed(self, x):
        normal = self.ffn_norm(x)
        return x + linear(F.silu(linear(normal, self.ffn_gate)) * linear(normal, self.ffn_up), self.ffn_down)

    def forward(self, prefix, x, prefix_rotation, rotation, prefix_mask, mask):
        """prefix: [1, P, width], shared by the whole batch; x: [B, L, width] continues it."""
        scale = self.shape.head_width ** -0.5
        batch, length, width = x.shape
        pq, pk, pv = (y[0].transpose(0, 1).bfloat16() for y in self.heads_of(prefix, prefix_rotation))  # [H, P, D]
        q, k, v = self.heads_of(x, rotation)
        weights = (torch.bmm(pq, pk.transpose(1, 2)).float() * scale + prefix_mask).softmax(-1)
        mixed = torch.bmm(weights.bfloat16(), pv).float().transpose(0, 1).reshape(1, -1, width)
        prefix = self.feed(prefix + linear(mixed, self.attn_output))

        def own(y):  # [B * H, L, D]
            return y.transpose(1, 2).reshape(batch * self.shape.heads, length, -1).bfloat16()

        shared_q = q.permute(2, 0, 1, 3).reshape(self.shape.heads, batch * length, -1).bfloat16()
        to_prefix = torch.bmm(shared_q, pk.transpose(1, 2)).float().view(self.shape.heads, batch, length, -1) * scale
        to_own = torch.bmm(own(q), own(k).transpose(1, 2)).float().view(batch, self.shape.heads, length, length).transpose(0, 1) * scale + mask
        weights = torch.cat([to_prefix, to_own], -1).softmax(-1).bfloat16()  # [H, B, L, P + L]
        size = to_prefix.shape[-1]
        from_prefix = torch.bmm(weights[..., :size].reshape(self.shape.heads, batch * length, size), pv).float()
        from_own = torch.bmm(weights[..., size:].transpose(0, 1).reshape(batch * self.shape.heads, length, length), own(v)).float()
        mixed = from_prefix.view(self.shape.heads, batch, length, -1).permute(1, 2, 0, 3) + from_own.view(batch, self.shape.heads, length, -1).transpose(1, 2)
        return prefix, self.feed(x + linear(mixed.reshape(batch, length, width), self.attn_output))


class Llama(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * 0.05)
        self.blk = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)
        self.speeds = shape.rope_base ** (-torch.arange(0, shape.head_width, 2) / shape.head_width)
        build_copying(self)

    def rotation(self, first: int, length: int):
        angles = (torch.arange(first, first + length)[:, None] * self.speeds)[:, None]
        return angles.cos(), angles.sin()

    def forward(self, prefix: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """prefix [P], tokens [B, L]: the final states of the tokens [B, L, width]."""
        length, size = tokens.shape[1], len(prefix)
        shared, x = self.token_embd[prefix][None], self.token_embd[tokens]
        rotations = self.rotation(0, size), self.rotation(size, length)
        masks = [torch.full((n, n), -1e9).triu(1) for n in (size, length)]
        for layer in self.blk:
            shared, x = layer(shared, x, *rotations, *masks)
        return self.output_norm(x)

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        return linear(states, self.token_embd)


CONSTANT, CONTENT, BEFORE, BEFORE_THAT = 0, slice(1, 136), slice(136, 164), slice(164, 192)
SLOT = 28


@torch.no_grad()
def build_copying(model: Llama):
    """Sets up induction by hand. The residual stream holds a constant, the token's content, and two slots: the token before and the one before that.

    Layer 0 fills the slots: head 0 looks one token back, head 1 two, by the fast rotary pairs alone. Layer 1 looks for a place whose slots hold what
    is read now (head 0 the last token, heads 1 and 2 the last two) and copies the content found there. Everything else starts small and random.
    """
    shape, width = model.shape, model.shape.head_width
    if shape.width != 192 or shape.head_width != 48:
        raise ValueError("the copying circuits are laid out for 4 heads of 48")
    chance = torch.Generator().manual_seed(0)
    content = 135
    project = torch.randn(SLOT, content, generator=chance) / math.sqrt(content)
    mix = torch.linalg.qr(torch.randn(SLOT, SLOT, generator=chance))[0]
    model.token_embd[:, CONSTANT] = 1.0
    model.token_embd[:, 136:] = 0.0
    model.output_norm.weight.fill_(2.0)

    first = model.blk[0]
    for head, (back, slot) in enumerate(((1, BEFORE), (2, BEFORE_THAT))):
        rows = slice(head * width, head * width + width)
        for weight in (first.attn_q, first.attn_k, first.attn_v):
            weight[rows] = 0
        first.attn_output[:, rows] = 0
        for pair in range(6):
            angle = back * model.speeds[pair].item()
            first.attn_q[head * width + 2 * pair, CONSTANT] = 0.83 * math.cos(angle)
            first.attn_q[head * width + 2 * pair + 1, CONSTANT] = -0.83 * math.sin(angle)
            first.attn_k[head * width + 2 * pair, CONSTANT] = 0.83
        first.attn_v[head * width:head * width + SLOT, CONTENT] = project
        first.attn_output[slot, head * width:head * width + SLOT] = 0.167 * torch.eye(SLOT)

    second = model.blk[1]
    for head, part in enumerate((slice(1, 49), slice(49, 97), slice(97, 136))):
        rows = slice(head * width, head * width + width)
        slow = slice(head * width + width - SLOT, head * width + width)
        for weight in (second.attn_q, second.attn_k, second.attn_v):
            weight[rows] = 0
        second.attn_output[:, rows] = 0
        second.attn_q[slow, CONTENT] = 20 * project
        second.attn_k[slow, BEFORE] = torch.eye(SLOT)
        if head > 0:
            second.attn_q[slow, BEFORE] = 10 * mix
            second.attn_k[slow, BEFORE_THAT] = mix
        size = part.stop - part.start
        second.attn_v[head * width:head * width + size, part] = torch.eye(size)
        second.attn_output[part, head * width:head * width + size] = 0.4 * torch.eye(size)
