"""Writes what the base's own tokenizer makes of texts, for the tokenizer of the product to be compared with.

    python reference_ids.py --rows rows/rows.jsonl --out reference-ids.jsonl [--count 10000]
    node models/text/reference-texts.ts > $WORK/texts.jsonl
    python reference_ids.py --texts $WORK/texts.jsonl --product src/detectors/layer2-text/encoder

The first writes lines of `{"text": ..., "ids": [...]}`, special tokens included, nothing cut off. Besides texts of the rows
there are made ones: every character of the first planes between two words, long words, controls and unpaired marks.

The second writes what the repository keeps: `characters.json`, how the tokenizer takes every character;
`fixtures/reference-ids.json`, made texts with their ids; `fixtures/reference-digest.json`, a digest of the ids of texts that
the product's test makes again.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Iterable
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


def ranges_of(places: Iterable[int]) -> list[int]:
    """Ascending numbers as first, last + 1, first, last + 1 and so on."""
    ends: list[int] = []
    for place in places:
        if ends and ends[-1] == place:
            ends[-1] = place + 1
        else:
            ends += [place, place + 1]
    return ends


def characters() -> dict[str, list[int]]:
    """How every character is taken: left out, as a space, as a token of its own; all others belong to words."""
    found = tokenizer()
    kinds: dict[str, list[int]] = {"dropped": [], "spaces": [], "alone": []}
    for code in range(0x110000):
        # Half a pair is no character; the product drops it as it drops U+FFFD.
        plain = "" if 0xD800 <= code < 0xE000 else found.normalizer.normalize_str(f"a{chr(code)}b")[1:-1]
        if plain == "":
            kinds["dropped"].append(code)
            continue
        parts = [part for part, _ in found.pre_tokenizer.pre_tokenize_str(f"a{plain}b")]
        if len(parts) == 2:
            kinds["spaces"].append(code)
        elif len(parts) == 3:
            kinds["alone"].append(code)
        elif len(parts) > 3:
            raise SystemExit(f"U+{code:04X} falls into {len(parts) - 2} parts, which characters.json cannot say")
    return {kind: ranges_of(codes) for kind, codes in kinds.items()}


def digest(texts: list[str]) -> dict:
    """SHA-256 over the ids of each text in decimal, a space between, a line a text."""
    hashed = hashlib.sha256()
    for found in tokenizer().encode_batch(texts):
        hashed.update((" ".join(map(str, found.ids)) + "\n").encode())
    return {"texts": len(texts), "sha256": hashed.hexdigest()}


def write_product(folder: Path, texts: Path) -> None:
    lines = [line for line in texts.read_text(encoding="utf-8").split("\n") if line]
    made = made_texts(400)
    fixtures = folder / "fixtures"
    fixtures.mkdir(parents=True, exist_ok=True)
    (folder / "characters.json").write_text(json.dumps(characters()) + "\n")
    rows = [json.dumps({"text": text, "ids": found.ids}) for text, found in zip(made, tokenizer().encode_batch(made), strict=True)]
    (fixtures / "reference-ids.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")
    (fixtures / "reference-digest.json").write_text(json.dumps(digest([json.loads(line) for line in lines])) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--product", type=Path)
    settings = parser.parse_args()
    if settings.texts and settings.product:
        return write_product(settings.product, settings.texts)
    if not (settings.rows and settings.out):
        parser.error("give --rows and --out, or --texts and --product")
    lines = settings.rows.read_text(encoding="utf-8").split("\n")
    texts = made_texts(settings.count // 4)
    texts += [json.loads(line)["text"] for line in random.Random(7).sample([line for line in lines if line], settings.count - len(texts))]
    with open(settings.out, "w", encoding="utf-8") as file:
        for text, found in zip(texts, tokenizer().encode_batch(texts), strict=True):
            file.write(json.dumps({"text": text, "ids": found.ids}) + "\n")
    print(f"{len(texts)} texts")


if __name__ == "__main__":
    main()
