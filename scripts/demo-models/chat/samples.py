"""Writes conversations with unseen names as JSON lines: what measure.ts plays against the engine, and the tokens it must arrive at.

    python3 samples.py --checkpoint work/chat.pt --layout work/layout.json --count 60 > work/samples.jsonl
"""
import argparse
import json

import torch

from dialogues import Writer
from layout import Layout
from tokenizer import Tokenizer


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--checkpoint", required=True)
    arguments.add_argument("--layout", required=True)
    arguments.add_argument("--count", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=900)
    given = arguments.parse_args()
    held = torch.load(given.checkpoint)
    layout = Layout(given.layout, Tokenizer([tuple(pair) for pair in held["merges"]]))
    writer = Writer(given.seed, unseen=True)
    kinds = [("reception", "functions"), ("reception", "json"), ("reception", "functions"), ("reception", "json"), ("conversation", "plain"), ("note", "plain")]
    for place in range(given.count):
        kind, way = kinds[place % len(kinds)]
        system, turns = writer.system(kind), getattr(writer, kind)()
        tokens = layout.opening(system, way) + layout.conversation(turns, way, lambda share: False)[0]
        print(json.dumps({"kind": kind, "way": way, "system": system, "turns": turns, "tokens": tokens}, ensure_ascii=False))


if __name__ == "__main__":
    main()
