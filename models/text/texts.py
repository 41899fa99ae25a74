"""Rows as `export-rows.ts` writes them, as token ids and arrays of targets; tokenised once and kept beside the rows."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from encoder import HEADS, base_folder

LONGEST = 128
PARTS = ("train", "calibrate", "held-out")


@dataclass(frozen=True)
class Rows:
    """`ids` holds all texts' token ids on end; text i is ids[offsets[i]:offsets[i + 1]], its special tokens included.

    targets, weights: (rows, heads), a weight of 0 where the head is unknown. labels: what people gave, -1 where nothing.
    """

    ids: np.ndarray
    offsets: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    labels: np.ndarray
    part: np.ndarray
    set: np.ndarray
    evasion: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def lengths(self, longest: int = LONGEST) -> np.ndarray:
        return np.minimum(np.diff(self.offsets), longest)

    def batch(self, places: np.ndarray, longest: int = LONGEST) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask of some rows, padded to the longest of them; a longer text loses its end, not its last token."""
        lengths = self.lengths(longest)[places]
        ids = np.zeros((len(places), int(lengths.max())), np.int64)
        for row, (place, length) in enumerate(zip(places, lengths, strict=True)):
            begin, end = self.offsets[place], self.offsets[place + 1]
            ids[row, :length] = self.ids[begin : begin + length]
            ids[row, length - 1] = self.ids[end - 1]
        mask = np.arange(ids.shape[1])[None, :] < lengths[:, None]
        return torch.from_numpy(ids), torch.from_numpy(mask.astype(np.int64))


EMOJI_NAMES = Path(__file__).parent / "vocab" / "emoji-names.json"


def with_emoji_names(text: str, names: dict[str, str]) -> str:
    """What the tokenizer is given: emoji that it does not know by their names, skin tones left out."""
    if text.isascii():
        return text
    return "".join(character if (name := names.get(character)) is None else f" {name} " if name else "" for character in text)


def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    # The stored one cuts and fills up to 128.
    found.no_padding()
    found.no_truncation()
    # "[SEP]" typed by somebody is text like any other.
    found.encode_special_tokens = True
    return found


def load_rows(path: Path, most: int | None = None) -> Rows:
    """All rows of a file, or `most` of them drawn evenly over the file."""
    data = path.read_bytes()
    emoji = EMOJI_NAMES.read_bytes()
    key = hashlib.sha256(data + emoji + f"{most} {LONGEST} {HEADS}".encode()).hexdigest()[:16]
    cached = path.parent / f"{path.stem}-{key}.npz"
    if cached.exists():
        with np.load(cached, allow_pickle=False) as stored:
            return Rows(**{name: stored[name] for name in stored.files})
    lines = [line for line in data.decode().split("\n") if line]
    if most is not None and most < len(lines):
        lines = [lines[place] for place in np.linspace(0, len(lines) - 1, most).astype(int)]
    stored_rows = [json.loads(line) for line in lines]
    # A long text is cut before it is tokenised: 128 tokens lie well within its first 4,000 characters.
    names = json.loads(emoji)
    texts = [with_emoji_names(row["text"][:4000], names) for row in stored_rows]
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    encoder, encoded = tokenizer(), []
    for begin in range(0, len(texts), 4096):
        for found in encoder.encode_batch(texts[begin : begin + 4096]):
            ids = found.ids
            encoded.append(ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]])
    targets = np.zeros((len(texts), len(HEADS)), np.float32)
    weights = np.zeros_like(targets)
    labels = np.full(targets.shape, -1, np.int8)
    for place, row in enumerate(stored_rows):
        for column, head in enumerate(HEADS):
            targets[place, column], weights[place, column] = row["targets"].get(head, (0, 0))
            labels[place, column] = row["labels"].get(head, -1)
    rows = Rows(
        ids=np.concatenate([np.array(ids, np.uint16) for ids in encoded]),
        offsets=np.concatenate([[0], np.cumsum([len(ids) for ids in encoded])]).astype(np.int64),
        targets=targets,
        weights=weights,
        labels=labels,
        part=np.array([row["part"] for row in stored_rows]),
        set=np.array([row["set"] for row in stored_rows]),
        evasion=np.array([row.get("evasion", "") for row in stored_rows]),
    )
    temporary = cached.with_suffix(".part.npz")
    np.savez(temporary, **vars(rows))
    temporary.replace(cached)
    return rows


def by_length(lengths: np.ndarray, places: np.ndarray, tokens: int) -> list[np.ndarray]:
    """Batches of similar length, each at most `tokens` with its padding."""
    batches: list[np.ndarray] = []
    begin = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or lengths[places[end]] * (end + 1 - begin) > tokens:
            batches.append(places[begin:end])
            begin = end
    return batches


class Sampler:
    """Which rows a step learns from: the same for the same seed and step, so that a resumed run goes on where it was.

    Rounds of a few thousand rows hold every set by its size to the power of 0.6, so that after a short time all of them
    have been seen, and a large one does not outshout the others. Within a set no row comes twice before all have come once.
    """

    ROUND = 2048
    # Old mail is long, and unlike what a platform gets.
    SHARES = {"spamassassin": 0.35, "clinc_benign": 0.5, "mlma_en": 0.6, "wikitalk_cat_large": 0.7}
    # Own texts resemble each other: too many of them, and their wording is learned.
    TEMPLATE_SHARE = 0.8

    def __init__(self, rows: Rows, seed: int, tokens: int):
        self.rows, self.seed, self.tokens = rows, seed, tokens
        train = rows.part == "train"
        # The small sections of own sentences count as one set.
        names = np.array(["own" if name.startswith("own:") else str(name) for name in rows.set])
        self.sets = {name: np.flatnonzero(train & (names == name)) for name in sorted(set(names[train]))}
        shares = np.array([len(places) ** 0.6 * self._liking(name) for name, places in self.sets.items()])
        self.shares = shares / shares.sum()

    def _liking(self, name: str) -> float:
        return self.TEMPLATE_SHARE if name.startswith("template:") else self.SHARES.get(name, 1.0)

    def _of_set(self, number: int, places: np.ndarray, begin: int, count: int) -> np.ndarray:
        found = []
        while count > 0:
            turn, at = divmod(begin, len(places))
            shuffled = np.random.default_rng((self.seed, 1, number, turn)).permutation(places)
            found.append(shuffled[at : at + count])
            begin, count = begin + len(found[-1]), count - len(found[-1])
        return np.concatenate(found) if found else places[:0]

    def round(self, number: int, longest: int) -> list[np.ndarray]:
        """The batches of a round."""
        ends = np.floor(np.outer([number, number + 1], self.shares * self.ROUND)).astype(int)
        drawn = [
            self._of_set(index, places, ends[0, index], ends[1, index] - ends[0, index])
            for index, places in enumerate(self.sets.values())
        ]
        random = np.random.default_rng((self.seed, 2, number))
        places = random.permutation(np.concatenate(drawn))
        lengths = self.rows.lengths(longest)
        batches = by_length(lengths, places[np.argsort(lengths[places], kind="stable")], self.tokens)
        return [batches[place] for place in random.permutation(len(batches))]
