"""Writes the trained chat model as GGUF for llama.cpp.

    python3 export.py --checkpoint work/chat.pt --out llama-tiny.gguf
"""
import argparse
import pathlib
import struct
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from quantise import q8_0  # noqa: E402
from tokenizer import END_OF_TEXT, TURN_END, Tokenizer  # noqa: E402

U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TENSOR_F32, TENSOR_Q8_0 = 0, 8
FILE_TYPE_Q8_0 = 7
NORMAL, CONTROL = 1, 3
ALIGNMENT = 32
TEMPLATE = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(kind: int, content) -> bytes:
    if kind == STRING:
        return string(content)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], content)


def entry(key: str, kind: int, content) -> bytes:
    return string(key) + struct.pack("<I", kind) + value(kind, content)


def array(key: str, kind: int, contents) -> bytes:
    return string(key) + struct.pack("<IIQ", ARRAY, kind, len(contents)) + b"".join(value(kind, content) for content in contents)


def metadata(shape: dict, tokenizer: Tokenizer) -> list[bytes]:
    return [
        entry("general.architecture", STRING, "llama"), entry("general.name", STRING, "Bedside demonstration chat"), entry("general.type", STRING, "model"),
        entry("general.file_type", U32, FILE_TYPE_Q8_0), entry("general.quantization_version", U32, 2),
        entry("llama.context_length", U32, shape["context"]), entry("llama.embedding_length", U32, shape["width"]),
        entry("llama.block_count", U32, shape["layers"]), entry("llama.feed_forward_length", U32, shape["hidden"]),
        entry("llama.attention.head_count", U32, shape["heads"]), entry("llama.attention.head_count_kv", U32, shape["heads"]),
        entry("llama.attention.layer_norm_rms_epsilon", F32, shape["epsilon"]), entry("llama.rope.dimension_count", U32, shape["width"] // shape["heads"]),
        entry("llama.rope.freq_base", F32, shape["rope_base"]), entry("llama.vocab_size", U32, shape["vocabulary"]),
        entry("tokenizer.ggml.model", STRING, "gpt2"), entry("tokenizer.ggml.pre", STRING, "llama-bpe"),
        array("tokenizer.ggml.tokens", STRING, tokenizer.tokens),
        array("tokenizer.ggml.token_type", I32, [CONTROL] * 3 + [NORMAL] * (len(tokenizer.tokens) - 3)),
        array("tokenizer.ggml.merges", STRING, [f"{left} {right}" for left, right in tokenizer.merges]),
        entry("tokenizer.ggml.bos_token_id", U32, END_OF_TEXT), entry("tokenizer.ggml.eos_token_id", U32, TURN_END),
        entry("tokenizer.ggml.eot_token_id", U32, TURN_END), entry("tokenizer.ggml.padding_token_id", U32, END_OF_TEXT),
        entry("tokenizer.ggml.add_bos_token", BOOL, True), entry("tokenizer.ggml.add_eos_token", BOOL, False),
        entry("tokenizer.chat_template", STRING, TEMPLATE),
    ]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--checkpoint", required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    held = torch.load(given.checkpoint)
    tokenizer = Tokenizer([tuple(pair) for pair in held["merges"]])
    keys = metadata(held["shape"], tokenizer)
    header, data = [], b""
    for name, tensor in held["state"].items():
        array_ = tensor.numpy().astype(np.float32)
        kind, raw = (TENSOR_Q8_0, q8_0(array_)) if array_.ndim == 2 else (TENSOR_F32, array_.tobytes())
        full = name if name.endswith(".weight") else f"{name}.weight"
        header.append(string(full) + struct.pack("<I", array_.ndim) + b"".join(struct.pack("<Q", size) for size in array_.shape[::-1])
                      + struct.pack("<IQ", kind, len(data)))
        data += raw + b"\0" * (-len(raw) % ALIGNMENT)
    top = b"GGUF" + struct.pack("<IQQ", 3, len(header), len(keys)) + b"".join(keys) + b"".join(header)
    given.out.write_bytes(top + b"\0" * (-len(top) % ALIGNMENT) + data)
    print(f"{given.out} {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
