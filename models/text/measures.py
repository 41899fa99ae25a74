"""ROC AUC and AUPRC by head: on labels that people gave, by set and, for disguised copies, by how they were disguised."""

import numpy as np
import torch

from encoder import HEADS, TextModel
from texts import Rows, by_length


def roc_auc(scores: np.ndarray, labels: np.ndarray) -> float:
    """The share of pairs in the right order, ties counted half (Mann and Whitney)."""
    order = np.argsort(scores, kind="stable")
    _, first, counts = np.unique(scores[order], return_index=True, return_counts=True)
    ranks = np.empty(len(scores))
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    positives = int(labels.sum())
    negatives = len(labels) - positives
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(scores: np.ndarray, labels: np.ndarray) -> float:
    """The area under precision by recall as a step function; equal scores count as one step."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    recall = np.concatenate([[0], hits[last] / hits[-1]])
    return float((np.diff(recall) * hits[last] / (last + 1)).sum())


def _measure(scores: np.ndarray, labels: np.ndarray, least: int) -> dict | None:
    positives = int((labels == 1).sum())
    if positives < least or len(labels) - positives < least:
        return None
    return {
        "positives": positives,
        "count": len(labels),
        "rocAuc": round(roc_auc(scores, labels), 4),
        "auprc": round(average_precision(scores, labels), 4),
    }


def report(rows: Rows, places: np.ndarray, scores: np.ndarray) -> dict:
    """Figures by head. `scores` (places, heads) belong to `places`. Figures of undisguised labelled sets compare with the n-gram model's."""
    plain = rows.evasion[places] == ""
    own = np.array([name.startswith(("own:", "template:")) for name in rows.set[places]], bool)
    heads = {}
    for column, head in enumerate(HEADS):
        labels = rows.labels[places, column]
        known = labels >= 0

        def figures(choice: np.ndarray, least: int = 5) -> dict | None:
            chosen = choice & known  # noqa: B023
            return _measure(scores[chosen, column], labels[chosen], least)  # noqa: B023

        by_set = {name: figures(plain & (rows.set[places] == name)) for name in sorted(set(rows.set[places]))}
        heads[head] = {
            "labelledSets": figures(plain & ~own, 1),
            "ownTexts": figures(plain & own, 1),
            "disguised": figures(~plain, 1),
            "bySet": {name: found for name, found in by_set.items() if found is not None},
        }
    found = [entry["labelledSets"] for entry in heads.values() if entry["labelledSets"] is not None]
    mean = {name: round(float(np.mean([entry[name] for entry in found])), 4) for name in ("rocAuc", "auprc")} if found else {}
    return {"rows": len(places), "mean": mean, "heads": heads}


@torch.inference_mode()
def scores_of(model: TextModel, rows: Rows, places: np.ndarray, device: torch.device, tokens: int = 4096) -> np.ndarray:
    """Sigmoid scores (places, heads)."""
    was_training = model.training
    model.eval()
    scores = np.zeros((len(places), len(HEADS)), np.float32)
    lengths = rows.lengths()[places]
    for batch in by_length(lengths, np.argsort(lengths, kind="stable"), tokens):
        ids, mask = rows.batch(places[batch])
        scores[batch] = torch.sigmoid(model(ids.to(device), mask.to(device))).float().cpu().numpy()
    model.train(was_training)
    return scores
