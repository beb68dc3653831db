"""Trains the recogniser on one processor thread against the clock; writes a checkpoint every few minutes.

    python3 train.py --corpus work --vocabulary encoder.json --out work/whisper.pt --minutes 34
    python3 train.py --corpus work --vocabulary encoder.json --out work/whisper.pt --minutes 30 --continued --rate 1.2e-3 --full 0.15

Three losses: the next token; the phoneme of each 20 ms frame, read from the encoder; and two heads of the middle decoder layer are pulled to the
frames of the word they are about to write. The last two come from espeak-ng's own timing and make the alignment a matter of minutes.
"""
import argparse
import math
import pathlib
import pickle
import time

import numpy as np
import torch
from torch.nn import functional as F

from mel import normalise
from model import Shape, Whisper
from vocabulary import END_OF_TEXT, NO_SPEECH, PREVIOUS, SIZE, START, TIMESTAMP_0, Vocabulary
from sentences import Speaker

SHARE_NOTHING, SHARE_JOINED, SHARE_PROMPTED = 0.07, 0.15, 0.1
GUIDED_LAYER, GUIDED_HEADS = 1, 2
TIMESTAMP_BLUR = 2.5  # tokens
WINDOW_STAMPS = 501  # 10 s in steps of 20 ms, both ends


class Corpus:
    def __init__(self, folder: pathlib.Path, vocabulary: Vocabulary, seed: int):
        with open(folder / "items.pkl", "rb") as file:
            held = pickle.load(file)
        self.items, self.ends, self.phonemes = held["items"], held["ends"], len(held["phonemes"]) + 1
        self.mels, self.background, self.alone = (np.load(folder / f"{name}.npy") for name in ("mels", "background", "alone"))
        self.vocabulary, self.speaker, self.chance = vocabulary, Speaker(seed), np.random.default_rng(seed)
        used = {token for item in self.items for token, _, _ in item["tokens"]}
        everything = Speaker(0)
        for _ in range(60000):  # words that only held-out sentences have, and those of prompts
            used.update(vocabulary.encode(" " + everything.sentence()))
            used.update(vocabulary.encode(everything.terms()))
        text = sorted(used)
        self.rows = text + [END_OF_TEXT, START, PREVIOUS, NO_SPEECH] + list(range(TIMESTAMP_0, TIMESTAMP_0 + WINDOW_STAMPS))
        self.row = {token: row for row, token in enumerate(self.rows)}
        self.first_timestamp = self.row[TIMESTAMP_0]

    def stamp(self, ms: float) -> int:
        return self.first_timestamp + int(round(ms / 20))

    def piece(self, bank: np.ndarray, frames: int) -> np.ndarray:
        """A random stretch of one of a bank's noises, as power."""
        whole = bank[self.chance.integers(len(bank))]
        start = self.chance.integers(0, len(whole) - frames + 1)
        return 10 ** whole[start:start + frames].astype(np.float32)

    def power(self, index: int) -> np.ndarray:
        return 10 ** self.mels[self.ends[index] - len_of(self.ends, index):self.ends[index]].astype(np.float32)

    def nothing(self, frames: int):
        power = self.piece(self.alone, frames) * 10 ** self.chance.uniform(-4, 0)
        if self.chance.random() < 0.3:
            power = power + self.piece(self.background, frames) * 10 ** self.chance.uniform(-4, 0)
        first = self.row[NO_SPEECH] if self.chance.random() < 0.8 else self.stamp(0)
        return {"power": power, "inputs": [self.row[START], self.stamp(0)], "targets": [first, self.row[END_OF_TEXT]], "prompt": 0,
                "guides": [], "phonemes": np.zeros(frames // 2, np.int64)}

    def sample(self, indices: list[int]):
        """One window: lead-in, one or two sentences with a pause, tail; behind it perhaps a noise."""
        chance = self.chance
        lead = int(chance.uniform(0, 0.35) * 50) if chance.random() < 0.75 else int(chance.uniform(0, 0.9) * 50)
        parts, labels, tokens, guides, at = [np.zeros((lead * 2, 80), np.float32)], [np.zeros(lead, np.int64)], [], [], lead * 20
        for index in indices:
            if tokens:
                pause = int(chance.uniform(0.15, 1.0) * 50)
                parts.append(np.zeros((pause * 2, 80), np.float32))
                labels.append(np.zeros(pause, np.int64))
                at += pause * 20
            item, power = self.items[index], self.power(index)
            power = power[:len(power) // 2 * 2]
            parts.append(power * 10 ** chance.uniform(-0.3, 0.3))
            label = np.zeros(len(power) // 2, np.int64)
            label[:len(item["phonemes"])] = item["phonemes"][:len(label)]
            labels.append(label)
            # The first time is always 0.00: whisper.cpp moves on by the first time it reads, and where nothing was said it would creep.
            tokens.append((self.stamp(at if tokens else 0), -1, -1))
            tokens.extend((self.row[token], begin + at if begin >= 0 else -1, end + at) for token, begin, end in item["tokens"])
            tokens.append((self.stamp(at + item["end_ms"]), -1, -1))
            at += len(power) * 10
        tail = int(chance.uniform(0, 0.4) * 50)
        parts.append(np.zeros((tail * 2, 80), np.float32))
        labels.append(np.zeros(tail, np.int64))
        power = np.concatenate(parts)
        if chance.random() < 0.5:  # another microphone
            slope, bend = chance.uniform(-1.2, 1.2), chance.uniform(-0.6, 0.6)
            band = np.linspace(-1, 1, 80)
            power = power * (10 ** (slope * band + bend * np.cos(np.pi * band))).astype(np.float32)
        power *= 10 ** chance.uniform(-2.5, 0.3)
        if chance.random() < 0.6:
            noise = self.piece(self.background, len(power))
            power = power + noise * (power.mean() / max(noise.mean(), 1e-9) * 10 ** (-chance.uniform(8, 45) / 10))
        prompt = []
        if chance.random() < SHARE_PROMPTED:
            prompt = [self.row[PREVIOUS]] + [self.row[token] for token in self.vocabulary.encode(self.speaker.terms())]
        sequence = prompt + [self.row[START]] + [token for token, _, _ in tokens] + [self.row[END_OF_TEXT]]
        for place, (_, begin, end) in enumerate(tokens):
            if begin >= 0:
                guides.append((len(prompt) + place, max(0, begin // 20 - 2), end // 20 + 2))
        return {"power": power, "inputs": sequence[:-1], "targets": sequence[1:], "prompt": len(prompt), "guides": guides, "phonemes": np.concatenate(labels)}

    def lengths(self):
        return np.diff(np.concatenate([[0], self.ends]))

    def batches(self, frames_per_batch: int):
        """Batches of windows of about one length, without end. Sentences are shuffled, sorted in stretches, and some are joined in pairs."""
        lengths = self.lengths()
        while True:
            order = self.chance.permutation(len(self.items))
            windows, at = [], 0
            while at < len(order):
                pair = order[at:at + 2]
                if self.chance.random() < SHARE_JOINED and len(pair) == 2 and lengths[pair].sum() < 800:
                    windows.append(list(pair))
                    at += 2
                else:
                    windows.append([order[at]])
                    at += 1
            for start in range(0, len(windows), 1024):
                stretch = sorted(windows[start:start + 1024], key=lambda window: lengths[window].sum())
                batches, batch = [], []
                for window in stretch:
                    if batch and (len(batch) + 1) * (lengths[window].sum() + 80) > frames_per_batch:
                        batches.append(batch)
                        batch = []
                    batch.append(window)
                batches.append(batch)
                for index in self.chance.permutation(len(batches)):
                    yield batches[index]


def len_of(ends: np.ndarray, index: int) -> int:
    return int(ends[index] - (ends[index - 1] if index else 0))


def collate(samples, full: bool, chance, end_of_text: int):
    longest = max(len(sample["power"]) for sample in samples)
    frames = 1000 if full else min(1000, longest + 2 * int(chance.integers(2, 70)))
    frames = max(frames, longest + longest % 2)
    width = max(len(sample["inputs"]) for sample in samples)
    mel = np.stack([normalise(sample["power"], frames) for sample in samples])
    inputs = np.full((len(samples), width), end_of_text, np.int64)
    targets = np.full((len(samples), width), -1, np.int64)
    phonemes = np.full((len(samples), frames // 2), 0, np.int64)
    guides = []
    for place, sample in enumerate(samples):
        inputs[place, :len(sample["inputs"])] = sample["inputs"]
        targets[place, sample["prompt"]:len(sample["targets"])] = sample["targets"][sample["prompt"]:]
        phonemes[place, :len(sample["phonemes"])] = sample["phonemes"]
        guides.extend((place, token, begin, end) for token, begin, end in sample["guides"])
    return torch.from_numpy(mel), torch.from_numpy(inputs), torch.from_numpy(targets), torch.from_numpy(phonemes), torch.tensor(guides).view(-1, 4)


def token_loss(logits, targets, first_timestamp: int, zero_rows: int):
    """Cross entropy over the trained rows and the zero ones; a timestamp's target is a small bell around it, but for 0.00."""
    wanted = targets >= 0
    logits, targets = logits[wanted], targets[wanted]
    log_sum = torch.logaddexp(logits.logsumexp(-1), torch.tensor(math.log(zero_rows)))
    loss = log_sum - logits.gather(1, targets[:, None])[:, 0]
    timed = targets > first_timestamp
    if timed.any():
        stamps = torch.arange(logits.shape[1] - first_timestamp)
        bell = torch.exp(-0.5 * ((stamps[None] - (targets[timed] - first_timestamp)[:, None]) / TIMESTAMP_BLUR) ** 2)
        bell = bell / bell.sum(1, keepdim=True)
        loss[timed] = log_sum[timed] - (logits[timed][:, first_timestamp:] * bell).sum(1)
    return loss.mean()


def guide_loss(weights, guides, heads: int):
    """How little of the attention of the guided heads falls on the frames of the word."""
    if not len(guides):
        return torch.zeros(())
    weights = weights.view(-1, heads, *weights.shape[1:])[:, :GUIDED_HEADS]
    rows = weights[guides[:, 0], :, guides[:, 1]]
    frames = torch.arange(rows.shape[-1])
    inside = (frames >= guides[:, 2:3]) & (frames <= guides[:, 3:4])
    return -((rows * inside[:, None]).sum(-1) + 1e-4).log().mean()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--corpus", type=pathlib.Path, required=True)
    arguments.add_argument("--vocabulary", required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--rate", type=float, default=1.6e-3)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--continued", action="store_true", help="start from the weights in --out")
    arguments.add_argument("--full", type=float, default=0.12, help="share of batches padded to the whole window")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(given.seed)
    corpus = Corpus(given.corpus, Vocabulary(given.vocabulary), given.seed)
    model = Whisper(Shape(), len(corpus.rows), corpus.phonemes)
    if given.continued:
        held = torch.load(given.out)
        if held["rows"] != corpus.rows:
            raise SystemExit("these weights were trained on another corpus")
        model.load_state_dict(held["state"])
    weights = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() <= 1]
    optimiser = torch.optim.AdamW([{"params": weights, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}], lr=given.rate, betas=(0.9, 0.98))
    zero_rows, chance = SIZE - len(corpus.rows), np.random.default_rng(given.seed)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(corpus.rows)} trained rows", flush=True)
    began, step, seen, smooth, saved = time.time(), 0, 0, None, time.time()
    for batch in corpus.batches(frames_per_batch=5000):
        done = (time.time() - began) / 60 / given.minutes
        if done >= 1:
            break
        samples = [corpus.sample(window) for window in batch]
        if chance.random() < SHARE_NOTHING * 4:
            frames = 2 * int(chance.integers(25, max(26, max(len(sample["power"]) for sample in samples) // 2)))
            samples += [corpus.nothing(frames) for _ in range(max(1, len(samples) // 4))]
        full = chance.random() < given.full
        mel, inputs, targets, phonemes, guides = collate(samples, full, chance, corpus.row[END_OF_TEXT])
        for group in optimiser.param_groups:
            group["lr"] = given.rate * min(1, (step + 1) / 200) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        heard = model.encoder(mel)
        states, crossings = model.decoder(inputs, heard)
        words = token_loss(model.logits(states), targets, corpus.first_timestamp, zero_rows)
        sounds = F.cross_entropy(model.phonemes(heard).flatten(0, 1), phonemes.flatten())
        guided = guide_loss(crossings[GUIDED_LAYER], guides, model.shape.heads)
        optimiser.zero_grad(set_to_none=True)
        (words + (0.3 if given.continued else 0.6) * sounds + 0.2 * guided).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        now = np.array([words.item(), sounds.item(), guided.item()])
        smooth = now if smooth is None else 0.98 * smooth + 0.02 * now
        step += 1
        seen += len(samples)
        if step % 100 == 0:
            print(f"{(time.time() - began) / 60:5.1f} min  step {step}  samples {seen}  words {smooth[0]:.3f}  sounds {smooth[1]:.3f}  guided {smooth[2]:.3f}", flush=True)
        if time.time() - saved > 180:
            save(given.out, model, corpus)
            saved = time.time()
    save(given.out, model, corpus)
    print(f"{step} steps, {seen} samples")


def save(out: pathlib.Path, model: Whisper, corpus: Corpus):
    torch.save({"shape": model.shape.as_dict(), "rows": corpus.rows, "phonemes": corpus.phonemes, "state": model.state_dict()}, out.with_suffix(".part"))
    out.with_suffix(".part").rename(out)


if __name__ == "__main__":
    main()
