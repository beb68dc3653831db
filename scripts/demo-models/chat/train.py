"""Trains the chat model on one processor thread against the clock.

    python3 train.py --layout work/layout.json --out work/chat.pt --minutes 40
    python3 train.py --layout work/layout.json --out work/chat.pt --minutes 12 --continued --rate 5e-4 --seed 6

Each batch is a dozen fresh conversations behind one shared opening (system prompt and function docs), which is computed once.
"""
import argparse
import json
import math
import pathlib
import random
import time

import torch
from torch.nn import functional as F

from dialogues import Writer
from layout import HEARD, Layout
from model import Llama, Shape
from tokenizer import TURN_END, Tokenizer, learn_merges

KINDS = [(("reception", "functions"), 0.36), (("reception", "json"), 0.37), (("conversation", "plain"), 0.1), (("conversation", "functions"), 0.02),
         (("conversation", "json"), 0.02), (("note", "plain"), 0.13)]
TOKENS_PER_BATCH = 3000
COPY_UNTIL, COPY_EVERY = 0.8, 6  # batches of random, repeated tokens that keep the copying circuits alive
SMALLEST_WEIGHT = 0.06


def sample_texts(layout_json: str, count: int):
    """Texts from which the merges are learnt."""
    writer = Writer(11)
    for _ in range(count):
        for who, said in writer.reception() + writer.conversation() + writer.note():
            for part in [said] if who == "user" else said:
                if isinstance(part, str):
                    yield part
                else:
                    yield from (f"||call: {part['name']}", json.dumps(part["params"]), f"||result: {json.dumps(part['result'])}")
                    yield from ('{"tool": "', '{"say": "', '{"result_of": "', ', "output": {"', ', "input": {"')
    with open(layout_json, encoding="utf-8") as file:
        layouts = json.load(file)
    pieces = [piece for way in ("functions", "json") for piece in layouts[way] if isinstance(piece, str)]
    for _ in range(count // 10):
        yield from pieces


def batch_of(writer: Writer, layout: Layout):
    """An opening and conversations that continue it: opening tokens, padded tokens [B, L], padded weights [B, L]."""
    kind, way = writer.chance.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])[0]
    opening = layout.opening(writer.system(kind), way)
    samples, longest = [], 0
    while True:
        tokens, weights = layout.conversation(getattr(writer, kind)(), way, writer.maybe)
        if samples and (len(samples) + 1) * max(longest, len(tokens)) > TOKENS_PER_BATCH:
            break
        samples.append((tokens, weights))
        longest = max(longest, len(tokens))
    tokens = torch.tensor([tokens + [TURN_END] * (longest - len(tokens)) for tokens, _ in samples])
    weights = torch.tensor([weights + [0.0] * (longest - len(weights)) for _, weights in samples])
    return torch.tensor(opening), tokens, weights


def copy_batch(vocabulary: int):
    span = random.randint(20, 150)
    half = torch.randint(3, vocabulary, (10, span))
    weights = torch.zeros(10, 2 * span)
    weights[:, span + 2:] = HEARD * 3
    return torch.randint(3, vocabulary, (random.randint(10, 400),)), torch.cat([half, half], 1), weights


def loss_of(model: Llama, opening, tokens, weights):
    """Weighted cross entropy of each token given those before it; the first token after the opening is not predicted."""
    states, targets, weights = model(opening, tokens)[:, :-1], tokens[:, 1:], weights[:, 1:]
    wanted = weights > SMALLEST_WEIGHT
    losses = F.cross_entropy(model.logits(states[wanted]), targets[wanted], reduction="none")
    said = weights[wanted] >= 1
    return (losses * weights[wanted]).sum() / weights[wanted].sum(), losses[said].mean().item() if said.any() else float("nan")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--layout", required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("--minutes", type=float, default=25)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--continued", action="store_true", help="start from the weights in --out")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(given.seed)
    random.seed(given.seed)
    shape = Shape()
    held = torch.load(given.out) if given.continued else None
    merges = held["merges"] if held else learn_merges(sample_texts(given.layout, 3000), shape.vocabulary - 3 - 256 - 1100)
    tokenizer = Tokenizer([tuple(pair) for pair in merges])
    if len(tokenizer.tokens) != shape.vocabulary:
        raise SystemExit(f"the vocabulary came out as {len(tokenizer.tokens)} tokens")
    layout, writer, model = Layout(given.layout, tokenizer), Writer(given.seed), Llama(shape)
    if held:
        model.load_state_dict(held["state"])
    optimiser = torch.optim.AdamW([
        {"params": [model.token_embd], "weight_decay": 0, "scale": 0.4},
        {"params": [p for name, p in model.named_parameters() if name != "token_embd" and p.dim() > 1], "weight_decay": 0.05, "scale": 1.0},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0, "scale": 1.0},
    ], lr=given.rate, betas=(0.9, 0.97))
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    began, saved, step, seen, smooth = time.time(), time.time(), 0, 0, None
    while (done := (time.time() - began) / 60 / given.minutes) < 1:
        copying = done < COPY_UNTIL and step % COPY_EVERY == COPY_EVERY - 1
        opening, tokens, weights = copy_batch(shape.vocabulary) if copying else batch_of(writer, layout)
        for group in optimiser.param_groups:
            group["lr"] = given.rate * group["scale"] * min(1, (step + 1) / 30) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done)))
        loss, said = loss_of(model, opening, tokens, weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step, seen = step + 1, seen + tokens.numel()
        if said == said:
            smooth = said if smooth is None else 0.97 * smooth + 0.03 * said
        if step % 50 == 0:
            print(f"{(time.time() - began) / 60:5.1f} min  step {step}  tokens {seen}  said {smooth:.4f}", flush=True)
        if time.time() - saved > 180:
            save(given.out, model, tokenizer)
            saved = time.time()
    save(given.out, model, tokenizer)
    print(f"{step} steps, {seen} tokens")


def save(out: pathlib.Path, model: Llama, tokenizer: Tokenizer):
    torch.save({"shape": model.shape.as_dict(), "merges": tokenizer.merges, "state": model.state_dict()}, out.with_suffix(".part"))
    out.with_suffix(".part").rename(out)


if __name__ == "__main__":
    main()
