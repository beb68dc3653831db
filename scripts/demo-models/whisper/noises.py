"""Everything that is not speech: hiss, hum, tones, telephone signals, music, typing, knocks, breaths. Used behind speech and alone."""
import numpy as np

from mel import RATE

SECONDS = 10


def coloured(chance: np.random.Generator, slope: float) -> np.ndarray:
    """Noise whose power falls as frequency to the `slope`: 0 white, 1 pink, 2 brown."""
    count = SECONDS * RATE
    spectrum = np.fft.rfft(chance.standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20)
    return np.fft.irfft(spectrum * frequency ** (-slope / 2), count)


def clock() -> np.ndarray:
    return np.arange(SECONDS * RATE) / RATE


def steady(chance):
    return coloured(chance, chance.uniform(-0.3, 2.2))


def swelling(chance):
    """Noise that comes and goes: wind, traffic, a crowd behind a door."""
    rate, phase = chance.uniform(0.2, 6), chance.uniform(0, 6)
    return coloured(chance, chance.uniform(0.3, 1.8)) * (0.15 + np.maximum(0, np.sin(2 * np.pi * rate * clock() + phase)) ** chance.uniform(1, 4))


def banded(chance):
    """Noise between two random frequencies: a fan, a tap, a kettle."""
    count = SECONDS * RATE
    spectrum = np.fft.rfft(chance.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    low = chance.uniform(30, 3000)
    spectrum[(frequency < low) | (frequency > low * chance.uniform(1.3, 6))] *= 0.05
    return np.fft.irfft(spectrum, count)


def hum(chance):
    base = chance.choice([50, 60, 100, 120]) * chance.uniform(0.98, 1.02)
    return sum(chance.uniform(0, 1) / k * np.sin(2 * np.pi * base * k * clock() + chance.uniform(0, 6)) for k in range(1, 12)) + 0.02 * steady(chance)


def tone(chance):
    frequency = np.exp(chance.uniform(np.log(80), np.log(6000)))
    wave = np.sin(2 * np.pi * frequency * clock())
    if chance.random() < 0.3:
        wave = np.sign(wave)
    return wave + chance.choice([0, 0.003, 0.03]) * chance.standard_normal(len(wave))


def signal(chance):
    """Dial, ring and busy tones, key tones: one or two frequencies, switched on and off."""
    pairs = [(350, 440), (440, 480), (480, 620), (425, 425), (400, 450), (697, 1209), (770, 1336), (852, 1477), (941, 1633), (950, 1400), (1000, 1000)]
    wave, at = np.zeros(SECONDS * RATE), 0
    on, off = chance.uniform(0.05, 2.5), chance.uniform(0.03, 3)
    changing = chance.random() < 0.5
    low, high = pairs[chance.integers(len(pairs))]
    while at < len(wave):
        if changing:
            low, high = pairs[chance.integers(len(pairs))]
        end = min(len(wave), at + int(on * RATE))
        wave[at:end] = np.sin(2 * np.pi * low * clock()[at:end]) + np.sin(2 * np.pi * high * clock()[at:end])
        at = end + int(off * RATE)
    return wave + chance.choice([0, 0.01]) * chance.standard_normal(len(wave))


def siren(chance):
    base, depth, rate = chance.uniform(300, 1500), chance.uniform(0.1, 0.6), chance.uniform(0.2, 8)
    frequency = base * (1 + depth * np.sin(2 * np.pi * rate * clock()))
    return np.sin(2 * np.pi * np.cumsum(frequency) / RATE)


def music(chance):
    """Notes of a scale with overtones and a decay, one to four at once, perhaps with a drum."""
    wave = np.zeros(SECONDS * RATE)
    scale = chance.choice([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 4, 7, 9]][chance.integers(3)], 5)
    root, beat, decay = chance.uniform(80, 400), chance.uniform(0.12, 0.9), chance.uniform(0.5, 8)
    overtones = [chance.uniform(0, 1) / k for k in range(1, 8)]
    drum = chance.random() < 0.4
    for at in np.arange(0, SECONDS, beat):
        start = int(at * RATE)
        length = min(len(wave) - start, int(beat * chance.uniform(0.9, 3) * RATE))
        time = np.arange(length) / RATE
        for _ in range(chance.integers(1, 5)):
            frequency = root * 2 ** ((chance.choice(scale) + 12 * chance.integers(0, 3)) / 12)
            shape = np.exp(-decay * time) * np.minimum(1, time * 50)
            for k, weight in enumerate(overtones, 1):
                if frequency * k < RATE / 2:
                    wave[start:start + length] += weight * shape * np.sin(2 * np.pi * frequency * k * time)
        if drum:
            wave[start:start + length] += np.exp(-40 * time) * chance.standard_normal(length)
    return wave


def clicks(chance):
    """Typing, knocks, footsteps: short bursts of coloured noise."""
    wave = 0.01 * chance.standard_normal(SECONDS * RATE)
    source, decay, gap = coloured(chance, chance.uniform(-0.5, 1.5)), np.exp(chance.uniform(np.log(20), np.log(400))), chance.uniform(0.07, 0.8)
    source /= source.std()
    at = 0.0
    while (at := at + chance.exponential(gap) + 0.02) < SECONDS - 0.3:
        start = int(at * RATE)
        time = np.arange(int(0.25 * RATE)) / RATE
        wave[start:start + len(time)] += chance.uniform(0.3, 1) * np.exp(-decay * time) * source[start:start + len(time)]
    return wave


def breaths(chance):
    """Slow bursts of airy noise, with a lazy resonance: breathing, coughs, a chair."""
    wave = np.zeros(SECONDS * RATE)
    at = 0.0
    while (at := at + chance.uniform(0.1, 2)) < SECONDS - 1.5:
        length = int(chance.uniform(0.1, 1.2) * RATE)
        start = int(at * RATE)
        wave[start:start + length] += np.hanning(length) * chance.uniform(0.2, 1) * banded(chance)[:length]
        at += length / RATE
    return wave + 0.002 * chance.standard_normal(len(wave))


def silence(chance):
    return chance.choice([0, 1e-5, 1e-4]) * chance.standard_normal(SECONDS * RATE)


BACKGROUND = [steady, steady, steady, swelling, banded, hum, clicks, breaths, music]
ALONE = [steady, swelling, banded, hum, tone, tone, signal, signal, siren, music, music, clicks, clicks, breaths, silence]


def make(kinds, chance: np.random.Generator) -> np.ndarray:
    """Ten seconds of one of the kinds, at full scale unless it is silence."""
    wave = kinds[chance.integers(len(kinds))](chance)
    peak = np.abs(wave).max()
    return (wave / peak if peak > 0.01 else wave).astype(np.float32)
