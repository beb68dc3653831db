"""Log-mel spectrograms as whisper.cpp computes them: 16 kHz, 25 ms Hann window, 10 ms hop, 80 Slaney mel bands."""
import numpy as np

RATE = 16000
WINDOW = 400
HOP = 160
BANDS = 80
FLOOR = 1e-10


def filters() -> np.ndarray:
    """80 triangles over 201 frequency bins, each of area one (Slaney's scale: linear up to 1 kHz, logarithmic above)."""
    step, log_step, corner = 200 / 3, np.log(6.4) / 27, 1000.0

    def to_mel(hertz):
        return np.where(hertz < corner, hertz / step, corner / step + np.log(np.maximum(hertz, corner) / corner) / log_step)

    def to_hertz(mel):
        return np.where(mel < corner / step, mel * step, corner * np.exp(log_step * (mel - corner / step)))

    edges = to_hertz(np.linspace(to_mel(np.array(0.0)), to_mel(np.array(RATE / 2)), BANDS + 2))
    bins = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


FILTERS = filters()
HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


def mel_power(samples: np.ndarray) -> np.ndarray:
    """Samples in -1..1 to [frames, 80] mel power; one frame for each whole hop."""
    frames = len(samples) // HOP
    padded = np.concatenate([samples[WINDOW // 2:0:-1], samples, np.zeros(WINDOW, np.float32)]).astype(np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frames]
    spectrum = np.fft.rfft(cut * HANN)
    return (spectrum.real ** 2 + spectrum.imag ** 2).astype(np.float32) @ FILTERS.T


def normalise(power: np.ndarray, frames: int) -> np.ndarray:
    """Mel power to what the network sees: padded with silence to `frames`, eight decades below the loudest point, scaled to about -1..1."""
    log = np.log10(np.maximum(power, FLOOR))
    padded = np.full((frames, BANDS), np.log10(FLOOR), np.float32)
    padded[:len(log)] = log[:frames]
    return ((np.maximum(padded, padded.max() - 8) + 4) / 4).astype(np.float32)
