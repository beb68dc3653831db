"""ggml's q8_0: blocks of 32 numbers, each with one half-precision scale and 32 signed bytes."""
import numpy as np


def q8_0(weight: np.ndarray) -> bytes:
    """Rows must be a multiple of 32 long."""
    blocks = weight.astype(np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(1, keepdims=True) / 127).astype(np.float16)
    wide = scale.astype(np.float32)
    whole = np.round(np.divide(blocks, wide, out=np.zeros_like(blocks), where=wide > 0)).clip(-127, 127).astype(np.int8)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("whole", "i1", 32)])
    packed["scale"], packed["whole"] = scale[:, 0], whole
    return packed.tobytes()
