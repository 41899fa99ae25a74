"""Writes the trained model as ONNX with 8-bit weights, and how it compares with the float model.

    python export_onnx.py --checkpoint run/checkpoint.pt --rows rows/rows.jsonl --out export [--scores]

Writes model.onnx, model.json and parity.json, parity-sample.json (what the written model and the float one answer to the
texts of parity-texts.json, for the product's test), and with `--scores` scores.jsonl: what the written model answers to
every row of the calibration and held-out parts, for calibration and thresholds. Fails where the model is over 30 MB.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper

from encoder import HEADS, Shape, TextModel, base_folder
from graph import Graph
from measures import average_precision, scores_of
from texts import EMOJI_NAMES, LONGEST, Rows, load_rows, tokenizer, with_emoji_names

LARGEST_BYTES = 30_000_000


def session_of(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def answers(session: onnxruntime.InferenceSession, rows: Rows, places: np.ndarray, outputs: list[str] | None = None) -> list:
    ids, mask = rows.batch(places)
    return session.run(outputs or ["scores"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})


def all_scores(session: onnxruntime.InferenceSession, rows: Rows, places: np.ndarray) -> np.ndarray:
    """As the product asks: every text by itself. A text beside others is rounded differently, by up to a hundredth."""
    return np.concatenate([answers(session, rows, np.array([place]))[0] for place in places])


def measured_ranges(state: dict, shape: Shape, rows: Rows, places: np.ndarray) -> dict[str, tuple[float, float]]:
    """What goes into each linear layer: all but a hundred-thousandth of it at either end."""
    graph = Graph(state, shape, "float")
    model = graph.build()
    names = dict.fromkeys(value for name, value in graph.linear_inputs.items() if name != "head")
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = session_of(model.SerializeToString())
    seen: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for place in places:
        for name, values in zip(names, answers(session, rows, np.array([place]), list(names)), strict=True):
            seen[name].append(np.quantile(values, [1e-5, 1 - 1e-5]))
    ends = {name: (float(np.min(found, 0)[0]), float(np.max(found, 0)[1])) for name, found in seen.items()}
    return {name: ends[value] for name, value in graph.linear_inputs.items() if name != "head"}


def milliseconds(session: onnxruntime.InferenceSession, tokens: int, runs: int = 30) -> float:
    """Median time of one text of so many tokens on one thread."""
    given = {"input_ids": np.full((1, tokens), 2023, np.int64), "attention_mask": np.ones((1, tokens), np.int64)}
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        session.run(None, given)
        times.append(time.perf_counter() - begin)
    return round(float(np.median(times)) * 1000, 2)


def parity_sample(model: TextModel, session: onnxruntime.InferenceSession, weights_sha256: str) -> dict:
    """Own texts with the scores of both models, each asked by itself."""
    texts = json.loads((Path(__file__).parent / "parity-texts.json").read_text(encoding="utf-8"))
    names = json.loads(EMOJI_NAMES.read_bytes())
    given = [with_emoji_names(text, names) for text in texts]
    rows, greatest = [], 0.0
    for text, encoded in zip(texts, tokenizer().encode_batch(given), strict=True):
        ids = np.array([encoded.ids], np.int64)
        if ids.shape[1] > LONGEST:
            raise SystemExit(f"a text of parity-texts.json has {ids.shape[1]} tokens, over {LONGEST}: {text[:40]}")
        mask = np.ones_like(ids)
        scores = session.run(["scores"], {"input_ids": ids, "attention_mask": mask})[0][0]
        with torch.no_grad():
            float_scores = torch.sigmoid(model(torch.from_numpy(ids), torch.from_numpy(mask)))[0].numpy()
        greatest = max(greatest, float(np.abs(scores - float_scores).max()))
        both = {"scores": scores, "floatScores": float_scores}
        rows.append({"text": text, **{name: [round(float(x), 6) for x in values] for name, values in both.items()}})
    return {"weightsSha256": weights_sha256, "greatestDifference": round(greatest, 6), "rows": rows}


def compared(rows: Rows, places: np.ndarray, float_scores: np.ndarray, scores: np.ndarray) -> dict:
    heads = {}
    for column, head in enumerate(HEADS):
        labels = rows.labels[places, column]
        known = labels >= 0
        entry: dict = {"meanDifference": round(float(np.abs(scores - float_scores)[:, column].mean()), 5)}
        if 0 < labels[known].sum() < known.sum():
            for name, of in (("auprcFloat", float_scores), ("auprc", scores)):
                entry[name] = round(average_precision(of[known, column], labels[known]), 4)
        heads[head] = entry
    return {"rows": len(places), "greatestDifference": round(float(np.abs(scores - float_scores).max()), 4), "heads": heads}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--form", choices=("blockwise", "static", "float"), default="blockwise")
    parser.add_argument("--most-rows", type=int, help="only so many rows, for a trial")
    parser.add_argument("--parity-rows", type=int, default=2000)
    parser.add_argument("--scores", action="store_true")
    settings = parser.parse_args()
    torch.set_num_threads(1)
    stored = torch.load(settings.checkpoint, map_location="cpu", weights_only=True)
    shape = Shape(**{**stored["shape"], "layers": tuple(stored["shape"]["layers"])})
    model = TextModel(shape)
    model.load_state_dict(stored["model"])
    model.eval()
    state = {name: values.numpy() for name, values in stored["model"].items()}
    rows = load_rows(settings.rows, settings.most_rows)

    def sample(part: str, most: int) -> np.ndarray:
        places = np.flatnonzero(rows.part == part)
        return places[np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).astype(int))]

    ranges = measured_ranges(state, shape, rows, sample("train", 300)) if settings.form == "static" else None
    data = Graph(state, shape, settings.form, ranges).build().SerializeToString(deterministic=True)
    session = session_of(data)
    held_out = sample("held-out", settings.parity_rows)
    float_scores = scores_of(model, rows, held_out, torch.device("cpu"))
    parity = {
        "form": settings.form,
        "bytes": len(data),
        "millisecondsOneThread": {str(tokens): milliseconds(session, tokens) for tokens in (16, 40, 128)},
        **compared(rows, held_out, float_scores, all_scores(session, rows, held_out)),
    }
    settings.out.mkdir(parents=True, exist_ok=True)
    (settings.out / "parity.json").write_text(json.dumps(parity, indent=1) + "\n")
    print(json.dumps(parity, indent=1))
    if settings.form != "float" and len(data) > LARGEST_BYTES:
        raise SystemExit(f"{len(data)} bytes are over the {LARGEST_BYTES} that may ship")
    (settings.out / "model.onnx").write_bytes(data)
    vocabulary = (base_folder() / "vocab.txt").read_bytes()
    manifest = {
        "format": "tidegate-text-encoder/1",
        "heads": HEADS,
        "form": settings.form,
        "layers": len(shape.layers),
        "longestTokens": LONGEST,
        "weights": {"file": "model.onnx", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        "vocabulary": {"file": "vocab/vocab.txt", "sha256": hashlib.sha256(vocabulary).hexdigest()},
        "emojiNames": {"file": "vocab/emoji-names.json", "sha256": hashlib.sha256(EMOJI_NAMES.read_bytes()).hexdigest()},
    }
    (settings.out / "model.json").write_text(json.dumps(manifest, indent=1) + "\n")
    sample_file = settings.out / "parity-sample.json"
    sample_file.write_text(json.dumps(parity_sample(model, session, manifest["weights"]["sha256"]), indent=1) + "\n")
    if settings.scores:
        measured = np.flatnonzero(rows.part != "train")
        with open(settings.out / "scores.jsonl", "w") as file:
            for place, scores in zip(measured, all_scores(session, rows, measured), strict=True):
                # `row` is the line in rows.jsonl, counted from 0.
                entry = {"row": int(place), "part": str(rows.part[place]), "scores": [round(float(x), 5) for x in scores]}
                file.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    main()
