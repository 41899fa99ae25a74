"""Writes what the base's own tokenizer makes of texts, for the tokenizer of the product to be compared with.

    python reference_ids.py --rows rows/rows.jsonl --out reference-ids.jsonl [--count 10000]

Lines of `{"text": ..., "ids": [...]}`, special tokens included, nothing cut off. Besides texts of the rows there are made
ones: every character of the first planes between two words, long words, controls and unpaired marks.
"""

import argparse
import json
import random
from pathlib import Path

from texts import tokenizer


def made_texts(count: int) -> list[str]:
    """Texts of characters that a tokenizer treats apart, the same at every call."""
    chosen = random.Random(7)
    ranges = ((0x20, 0x250), (0x250, 0x600), (0x600, 0x2000), (0x2000, 0x3100), (0x3100, 0xD800), (0xE000, 0x10000), (0x1F000, 0x20000), (0x20000, 0x30000))
    texts = ["", " ", "\u00a0", "\t\n\r", "\x00\ufffd", "[CLS] [MASK] [SEP]", "a" * 100, "a" * 101, "b" * 5000, "e\u0301" * 60, "\u0130stanbul", "\u1e9e\u00df", "\u03a3\u03c2 \u039f\u03a3"]
    while len(texts) < count:
        begin, end = chosen.choice(ranges)
        characters = "".join(chr(chosen.randrange(begin, end)) for _ in range(chosen.randrange(1, 9)))
        joint = chosen.choice(("", " ", "-", "\u200b"))
        texts.append(chosen.choice(("word", "Caf\u00e9", "x")) + joint + characters + joint + chosen.choice(("word", "123", "")))
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=10_000)
    settings = parser.parse_args()
    lines = settings.rows.read_text(encoding="utf-8").split("\n")
    texts = made_texts(settings.count // 4)
    texts += [json.loads(line)["text"] for line in random.Random(7).sample([line for line in lines if line], settings.count - len(texts))]
    with open(settings.out, "w", encoding="utf-8") as file:
        for text, found in zip(texts, tokenizer().encode_batch(texts), strict=True):
            file.write(json.dumps({"text": text, "ids": found.ids}) + "\n")
    print(f"{len(texts)} texts")


if __name__ == "__main__":
    main()
