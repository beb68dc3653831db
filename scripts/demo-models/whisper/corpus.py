"""Makes the corpus: spoken sentences as mel power with word and phoneme times, noises, and WAV files of held-out sentences.

    python3 corpus.py --vocabulary encoder.json --out work --count 24000 --seed 1

Training never hears the voices +m5, +f3, +f5 or the base voice en-gb-x-rp, nor any held-out text. The test set is all of those at once.
"""
import argparse
import pathlib
import pickle
import wave

import numpy as np
from scipy.signal import fftconvolve, resample_poly

import noises
from espeak import Espeak
from mel import HOP, RATE, mel_power
from sentences import Speaker, held_out
from vocabulary import Vocabulary

BASES = "en-us en en-us en en-gb-scotland en-029 en-gb-x-gbclan en-gb-x-gbcwmd en-us-nyc".split()
VARIANTS = ["", "", "", "", *(f"+{name}" for name in """m1 m2 m3 m4 m6 m7 m8 f1 f2 f4 Andy Annie steph linda edward max robert klatt2 klatt3 croak
grandma anika""".split())]
TEST_BASES = "en-us en en-gb-scotland en-029 en-gb-x-rp en-gb-x-rp".split()
TEST_VARIANTS = "+m5 +f3 +f5".split()
LONGEST_SECONDS = 9.0
FRAME_MS = 20


def telephone(samples: np.ndarray) -> np.ndarray:
    """Through an 8 kHz mu-law line and back."""
    narrow = resample_poly(samples, 1, 2)
    narrow = np.clip(narrow, -1, 1)
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return resample_poly(np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255, 2, 1).astype(np.float32)


def room(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """A small room: the sound, then a decaying cloud of echoes."""
    length = int(chance.uniform(0.05, 0.35) * RATE)
    echo = chance.standard_normal(length) * np.exp(-6 * np.arange(length) / length) * chance.uniform(0.02, 0.12)
    echo[0] = 1
    return fftconvolve(samples, echo)[:len(samples)].astype(np.float32)


def word_times(text: str, vocabulary: Vocabulary, spoken) -> list[tuple[int, int, int]]:
    """(token, first ms, last ms) for each token; -1 where espeak gave no time for its word."""
    begins = {character: ms for character, ms in spoken.words if character >= 0}
    ends = sorted(ms for _, ms in spoken.words) + [len(spoken.samples) * 1000 // RATE]
    times = []
    for token, start in vocabulary.cut(" " + text):
        begin = begins.get(start - 1, -1)
        times.append((token, begin, next((end for end in ends if end > begin), ends[-1]) if begin >= 0 else -1))
    return times


def phoneme_frames(spoken, names: dict[str, int]) -> np.ndarray:
    """The phoneme heard in each 20 ms frame, as a number; 0 is silence."""
    frames = len(spoken.samples) * 1000 // RATE // FRAME_MS
    labels = np.zeros(frames, np.uint8)
    for (name, begin), (_, end) in zip(spoken.phonemes, [*spoken.phonemes[1:], ("", frames * FRAME_MS)]):
        quiet = name.startswith("_") or not name
        labels[begin // FRAME_MS:end // FRAME_MS] = 0 if quiet else names.setdefault(name, len(names) + 1)
    return labels


def write_wav(path: pathlib.Path, samples: np.ndarray):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def make_training(out: pathlib.Path, count: int, seed: int, vocabulary: Vocabulary):
    speaker, chance, espeak = Speaker(seed), np.random.default_rng(seed), Espeak()
    mels, items, names = [], [], {}
    while len(items) < count:
        text = speaker.sentence()
        if held_out(text):
            continue
        spoken = espeak.speak(text, speaker.pick(BASES) + speaker.pick(VARIANTS), int(chance.integers(120, 206)), int(chance.integers(30, 71)),
                              int(chance.integers(30, 71)))
        if len(spoken.samples) > LONGEST_SECONDS * RATE:
            continue
        samples = spoken.samples
        if chance.random() < 0.15:
            samples = telephone(samples)
        if chance.random() < 0.2:
            samples = room(samples, chance)
        power = mel_power(samples)
        quiet = [ms for name, ms in spoken.phonemes if name.startswith("_")]
        items.append({"text": text, "tokens": word_times(text, vocabulary, spoken), "end_ms": quiet[-2] if len(quiet) > 1 else len(samples) * 1000 // RATE,
                      "phonemes": phoneme_frames(spoken, names)})
        mels.append(np.log10(np.maximum(power, 1e-10)).astype(np.float16))
    def noise_bank(kinds, size):
        waves = (noises.make(kinds, chance) for _ in range(size))
        return np.stack([np.log10(np.maximum(mel_power(wave), 1e-10)) for wave in waves]).astype(np.float16)
    ends = np.cumsum([len(mel) for mel in mels])
    np.save(out / "mels.npy", np.concatenate(mels))
    np.save(out / "background.npy", noise_bank(noises.BACKGROUND, 400))
    np.save(out / "alone.npy", noise_bank(noises.ALONE, 1000))
    with open(out / "items.pkl", "wb") as file:
        pickle.dump({"items": items, "ends": ends, "phonemes": names}, file)
    print(f"{count} utterances, {len({item['text'] for item in items})} texts, {ends[-1] * HOP / RATE / 3600:.2f} hours, {len(names)} phonemes")


def make_test(out: pathlib.Path, count: int, seed: int):
    """Clean, noisy (15 dB) and telephone versions of held-out sentences, and things that are not speech."""
    speaker, chance, espeak = Speaker(seed), np.random.default_rng(seed), Espeak()
    folder = out / "test"
    folder.mkdir(exist_ok=True)
    lines, seen = [], set()
    while len(seen) < count:
        kind_of_text, text = speaker.draw()
        if not held_out(text) or text in seen:
            continue
        voice = speaker.pick(TEST_BASES) + speaker.pick(TEST_VARIANTS)
        spoken = espeak.speak(text, voice, int(chance.integers(130, 191)), int(chance.integers(35, 66)), int(chance.integers(35, 66)))
        if len(spoken.samples) > LONGEST_SECONDS * RATE:
            continue
        name = f"{len(seen):03d}.wav"
        seen.add(text)
        samples = spoken.samples * 0.7
        noise = noises.make([noises.steady], chance)[:len(samples)]
        noise *= np.sqrt((samples ** 2).mean() / (noise ** 2).mean()) * 10 ** (-15 / 20)
        for kind, version in (("clean", samples), ("noisy", samples + noise), ("telephone", telephone(samples))):
            write_wav(folder / f"{kind}_{name}", version)
            lines.append(f"{kind}_{name}\t{kind}\t{voice}\t{kind_of_text}\t{text}")
    for kind in sorted({maker.__name__ for maker in noises.ALONE}):
        for index in range(4):
            samples = noises.make([getattr(noises, kind)], chance)[:int(chance.uniform(1, 8) * RATE)] * chance.uniform(0.05, 0.8)
            write_wav(folder / f"nothing_{kind}_{index}.wav", samples)
            lines.append(f"nothing_{kind}_{index}.wav\tnothing\t{kind}\t\t")
    (folder / "transcripts.tsv").write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} test clips")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--vocabulary", required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("--count", type=int, default=24000)
    arguments.add_argument("--test", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    make_test(given.out, given.test, given.seed + 1000)
    if given.count:
        make_training(given.out, given.count, given.seed, Vocabulary(given.vocabulary))
