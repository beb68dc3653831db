"""Conversations as tokens, laid out as the engine does it (layout.json, written by layout.ts)."""
import json
from dataclasses import dataclass

from tokenizer import END_OF_TEXT, Tokenizer

HEARD, RESULT, SAID = 0.1, 0.05, 1.0  # weights of the loss: what the user says, what a function returned, what the model writes
SPLIT_CALLS = 0.4  # while it calls, the engine feeds "||call: " and the name as separate pieces
TO_ASSISTANT = "<|im_end|>\n<|im_start|>assistant\n"
TO_USER = "\n<|im_start|>user\n"


@dataclass
class Piece:
    text: str
    special: bool
    weight: float


def joined(pieces: list[Piece]) -> list[Piece]:
    """Special texts that follow each other are cut into tokens as one, except where the loss changes: there `<|im_end|>` ends a token anyway."""
    together: list[Piece] = []
    for piece in pieces:
        if together and together[-1].special and piece.special and together[-1].weight == piece.weight:
            together[-1] = Piece(together[-1].text + piece.text, True, piece.weight)
        else:
            together.append(piece)
    return together


def dumps(value) -> str:
    return json.dumps(value, ensure_ascii=False)


class Layout:
    def __init__(self, layout_json: str, tokenizer: Tokenizer):
        with open(layout_json, encoding="utf-8") as file:
            layouts = json.load(file)
        self.tokenizer = tokenizer
        self.openings = {kind: self.opening_of(pieces) for kind, pieces in layouts.items()}

    @staticmethod
    def opening_of(pieces) -> list[Piece]:
        """The pieces up to the first user's words."""
        opening = []
        for piece in pieces[1:]:
            if piece == "@USER@":
                return opening
            opening.append(Piece(piece, False, 0) if isinstance(piece, str) else Piece(piece["value"], True, 0))
        raise ValueError("the layout has no user")

    def encode(self, pieces: list[Piece]) -> tuple[list[int], list[float]]:
        tokens, weights = [], []
        for piece in joined(pieces):
            encoded = self.tokenizer.encode(piece.text, piece.special)
            tokens.extend(encoded)
            weights.extend([piece.weight] * len(encoded))
        return tokens, weights

    def opening(self, system: str, way: str) -> list[int]:
        """Tokens of everything before the first user's words; `way` is that of calling: functions, json or plain."""
        pieces = self.openings[way]
        return [END_OF_TEXT] + self.encode([Piece(piece.text.replace("@SYSTEM@", system), piece.special, 0) for piece in pieces])[0]

    def pieces(self, turns: list, maybe) -> list[Piece]:
        """As node-llama-cpp writes it: calls and results are parts of one answer."""
        pieces = []
        for place, (who, said) in enumerate(turns):
            if who == "user":
                pieces.extend([Piece(said, False, HEARD), Piece(TO_ASSISTANT, True, 0)])
                continue
            for part in said:
                if isinstance(part, str):
                    pieces.append(Piece(part, False, SAID))
                    continue
                if maybe(SPLIT_CALLS):
                    pieces.extend([Piece("||call: ", False, SAID), Piece(part["name"], False, SAID)])
                else:
                    pieces.append(Piece(f"||call: {part['name']}", False, SAID))
                pieces.append(Piece("(", True, SAID))
                pieces.append(Piece(dumps(part["params"]), False, SAID))
                pieces.append(Piece(")\n", True, SAID))
                pieces.append(Piece(f"||result: {dumps(part['result'])}", False, RESULT))
                pieces.append(Piece("\n", True, RESULT))
            pieces.append(Piece("<|im_end|>", True, SAID))
            if place < len(turns) - 1:
                pieces.append(Piece(TO_USER, True, 0))
        return pieces

    @staticmethod
    def json_pieces(turns: list) -> list[Piece]:
        """As tools-as-json.ts writes it: every answer is one JSON object, and a result is said by the user."""
        pieces = []
        for place, (who, said) in enumerate(turns):
            if who == "user":
                pieces.extend([Piece(said, False, HEARD), Piece(TO_ASSISTANT, True, 0)])
                continue
            for part in said:
                if isinstance(part, str):
                    pieces.extend([Piece(dumps({"say": part}), False, SAID), Piece("<|im_end|>", True, SAID)])
                    continue
                pieces.extend([Piece(dumps({"tool": part["name"], "input": part["params"]}), False, SAID), Piece("<|im_end|>", True, SAID),
                               Piece(TO_USER, True, 0), Piece(dumps({"result_of": part["name"], "output": part["result"]}), False, RESULT),
                               Piece(TO_ASSISTANT, True, 0)])
            if place < len(turns) - 1:
                pieces.append(Piece(TO_USER, True, 0))
        return pieces

    def conversation(self, turns: list, way: str, maybe) -> tuple[list[int], list[float]]:
        return self.encode(self.json_pieces(turns) if way == "json" else self.pieces(turns, maybe))
