"""Writes the trained recogniser in whisper.cpp's ggml format.

    python3 export.py --checkpoint work/whisper.pt --vocabulary encoder.json --out ggml-demo-en.bin
"""
import argparse
import pathlib
import struct
import sys

import numpy as np
import torch

from mel import BANDS, FILTERS
from vocabulary import SIZE, Vocabulary

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from quantise import q8_0  # noqa: E402

MAGIC = 0x67676D6C
F32, F16, Q8_0 = 0, 1, 8
FILE_TYPE = 2000 + 7  # quantisation version 2, mostly q8_0


def tensor_type(name: str, array: np.ndarray) -> int:
    """Convolutions stay in half precision; vectors and position tables in full."""
    if array.ndim == 3:
        return F16
    return F32 if array.ndim == 1 or "positional" in name or name.endswith("conv1.bias") or name.endswith("conv2.bias") else Q8_0


def tensor(name: str, array: np.ndarray) -> bytes:
    array = array.astype(np.float32)
    if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
        array = array.reshape(-1, 1)
    kind = tensor_type(name, array)
    data = {F32: array.tobytes, F16: array.astype(np.float16).tobytes, Q8_0: lambda: q8_0(array)}[kind]()
    raw = name.encode()
    sizes = struct.pack(f"<{array.ndim}i", *array.shape[::-1])
    return struct.pack("<iii", array.ndim, len(raw), kind) + sizes + raw + data


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--checkpoint", required=True)
    arguments.add_argument("--vocabulary", required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    held = torch.load(given.checkpoint)
    shape, state = held["shape"], held["state"]
    pieces = Vocabulary(given.vocabulary).pieces
    parts = [struct.pack("<12i", MAGIC, SIZE, shape["audio_context"], shape["width"], shape["heads"], shape["encoder_layers"], shape["text_context"],
                         shape["width"], shape["heads"], shape["decoder_layers"], shape["mels"], FILE_TYPE)]
    parts.append(struct.pack("<ii", BANDS, FILTERS.shape[1]) + FILTERS.astype("<f4").tobytes())
    parts.append(struct.pack("<i", len(pieces)) + b"".join(struct.pack("<i", len(piece)) + piece for piece in pieces))
    for name, value in state.items():
        if name.startswith("phonemes."):
            continue
        array = value.numpy()
        if name == "decoder.token_embedding.weight":
            whole = np.zeros((SIZE, shape["width"]), np.float32)
            whole[held["rows"]] = array
            array = whole
        parts.append(tensor(name, array))
    given.out.write_bytes(b"".join(parts))
    print(f"{given.out} {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
