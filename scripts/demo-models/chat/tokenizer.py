"""A byte-level BPE with llama.cpp's `llama-bpe` cut of the text into words. Two choices make copying learnable for a tiny network:
every group of up to three digits is one token, and no merge joins a space or a quote to a capital, so that a name has the same pieces wherever
it stands.
"""
import collections
import re

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END_OF_TEXT, TURN_START, TURN_END = 0, 1, 2
LETTER = r"[^\W\d_]"
WORDS = re.compile(rf"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:[^\r\n\w]|_)?{LETTER}+|\d{{1,3}}| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = re.compile("(" + "|".join(re.escape(special) for special in SPECIALS) + ")")


def letters_of_bytes() -> list[str]:
    """The printable letter that stands for each byte in GPT-2's kind of vocabulary."""
    plain = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    extra = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(extra)) for byte in range(256)]


LETTERS = letters_of_bytes()


def spell(word: str) -> str:
    return "".join(LETTERS[byte] for byte in word.encode())


def apart(word: str) -> list[str]:
    """A word as counted for merging: what stands before a capital is set apart."""
    if len(word) > 1 and not word[0].isalpha() and word[1].isupper():
        return [word[0], word[1:]]
    return [word]


def learn_merges(texts, count: int) -> list[tuple[str, str]]:
    """The most frequent pairs, one after another. Frequencies are damped so that a text that every prompt repeats does not take all merges."""
    counts = collections.Counter(part for text in texts for word in WORDS.findall(text) if not word[0].isdigit() for part in apart(word))
    words = {tuple(spell(word)): number ** 0.7 for word, number in counts.items()}
    merges = []
    for _ in range(count):
        pairs = collections.Counter()
        for word, number in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += number
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = {merge(word, best): number for word, number in words.items()}
    return merges


def merge(word: tuple, pair: tuple[str, str]) -> tuple:
    if pair[0] not in word:
        return word
    joined, at = [], 0
    while at < len(word):
        if word[at:at + 2] == pair:
            joined.append(pair[0] + pair[1])
            at += 2
        else:
            joined.append(word[at])
            at += 1
    return tuple(joined)


class Tokenizer:
    def __init__(self, merges: list[tuple[str, str]]):
        digits = [str(number).zfill(length) for length in (2, 3) for number in range(10 ** length)]
        self.merges = merges
        self.tokens = [*SPECIALS, *LETTERS, *digits]
        known = set(self.tokens)
        for left, right in merges:
            if left + right not in known:
                known.add(left + right)
                self.tokens.append(left + right)
        self.ids = {token: place for place, token in enumerate(self.tokens)}
        self.order = {pair: place for place, pair in enumerate(merges)}
        self.cache: dict[str, list[int]] = {}

    def word(self, word: str) -> list[int]:
        if word not in self.cache:
            spelled = spell(word)
            pieces = (spelled,) if spelled in self.ids else tuple(spelled)
            while len(pieces) > 1:
                pair = min(zip(pieces, pieces[1:]), key=lambda pair: self.order.get(pair, len(self.order)))
                if pair not in self.order:
                    break
                pieces = merge(pieces, pair)
            self.cache[word] = [self.ids[piece] for piece in pieces]
        return self.cache[word]

    def encode(self, text: str, special: bool) -> list[int]:
        if not special:
            return [token for word in WORDS.findall(text) for token in self.word(word)]
        return [token for part in SPECIAL.split(text) if part for token in ([self.ids[part]] if part in SPECIALS else self.encode(part, False))]
