"""espeak-ng through its C library: samples, and the times at which words and phonemes begin."""
import ctypes
from dataclasses import dataclass, field

import numpy as np
from scipy.signal import resample_poly

RATE, WANT_PHONEMES, SYNCHRONOUS, WORD, PHONEME, CHARS_UTF8 = 1, 1, 2, 1, 7, 1


class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
                ("audio_ms", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("name", ctypes.c_char * 8)]


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


@dataclass
class Spoken:
    samples: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))  # 16 kHz, -1..1
    words: list = field(default_factory=list)  # (character of the text, ms)
    phonemes: list = field(default_factory=list)  # (name, ms)


class Espeak:
    RATE, PITCH, RANGE = 1, 3, 4

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        if self.library.espeak_Initialize(SYNCHRONOUS, 0, None, WANT_PHONEMES) != 22050:
            raise RuntimeError("espeak-ng does not speak at 22 050 Hz here")
        self.pieces: list[np.ndarray] = []
        self.spoken = Spoken()
        self.callback = CALLBACK(self.receive)
        self.library.espeak_SetSynthCallback(self.callback)

    def receive(self, wave, count, events):
        if wave and count > 0:
            self.pieces.append(np.ctypeslib.as_array(wave, (count,)).copy())
        at = 0
        while events[at].type != 0:
            event = events[at]
            if event.type == WORD:
                self.spoken.words.append((event.text_position - 1, event.audio_ms))
            elif event.type == PHONEME:
                self.spoken.phonemes.append((event.name.decode("utf-8", "replace"), event.audio_ms))
            at += 1
        return 0

    def speak(self, text: str, voice: str, words_per_minute: int, pitch: int, pitch_range: int) -> Spoken:
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for parameter, value in ((self.RATE, words_per_minute), (self.PITCH, pitch), (self.RANGE, pitch_range)):
            self.library.espeak_SetParameter(parameter, value, 0)
        self.pieces, self.spoken = [], Spoken()
        raw = text.encode() + b"\0"
        self.library.espeak_Synth(raw, len(raw), 0, 1, 0, CHARS_UTF8, None, None)
        wave = np.concatenate(self.pieces).astype(np.float32) / 32768
        self.spoken.samples = resample_poly(wave, 320, 441).astype(np.float32)
        return self.spoken
