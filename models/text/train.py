"""Fine-tunes the encoder on the rows of `export-rows.ts`; can be stopped at any time and goes on from its checkpoint.

    python train.py --rows rows/rows.jsonl --out run --minutes 180 --threads 2

Started again with the same command it resumes. The learning rate rises, stays, and falls over the last fifth, so that a
run of 40 minutes is a whole model; a longer budget given to a finished run goes on from before the fall.
`--minutes` counts only time spent learning. What was run is written as a plan of steps; `--plan` repeats it exactly.
"""

import argparse
import hashlib
import json
import math
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from encoder import HEADS, Shape, TextModel, from_base
from measures import report, scores_of
from texts import Rows, Sampler, load_rows

LONG_FROM, FALL_FROM = 0.3, 0.8


@dataclass
class Plan:
    """Steps at which texts are read to 128 tokens instead of 48, at which the learning rate begins to fall, and the last."""

    long_from: int | None = None
    fall_from: int | None = None
    last: int | None = None

    def notice(self, step: int, share: float) -> None:
        """Fixes what the share of the time budget that is spent has made due."""
        if self.long_from is None and share >= LONG_FROM:
            self.long_from = step
        if self.fall_from is None and share >= FALL_FROM:
            self.fall_from = step
            self.last = max(step + 1, round(step / FALL_FROM))

    def longest(self, step: int) -> int:
        return 128 if self.long_from is not None and step >= self.long_from else 48

    def factor(self, step: int, warm_up: int) -> float:
        if self.fall_from is not None and self.last is not None and step >= self.fall_from:
            return max(0.0, (self.last - step) / (self.last - self.fall_from))
        return min(1.0, (step + 1) / warm_up)


def groups_of(model: TextModel, settings: argparse.Namespace) -> list[dict]:
    """Layer-wise decay: the nearer to the input, the less there is to change. Biases and norms are not drawn to zero."""
    depth = len(model.layers)
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name.startswith("head."):
            rate = settings.head_rate
        elif name.startswith("layers."):
            rate = settings.rate * settings.layer_decay ** (depth - 1 - int(name.split(".")[1]))
        else:
            rate = settings.rate * settings.layer_decay**depth
        groups.setdefault((rate, parameter.ndim > 1 and not name.startswith("words")), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "base_rate": rate, "weight_decay": settings.weight_decay if drawn else 0.0}
        for (rate, drawn), parameters in groups.items()
    ]


def freeze(model: TextModel, frozen_layers: int) -> None:
    """Leaves embeddings and the lowest layers as they are: no backward pass through them. 0 frees all."""
    for name, parameter in model.named_parameters():
        lower = name.startswith("layers.") and int(name.split(".")[1]) < frozen_layers
        parameter.requires_grad = not (frozen_layers > 0 and (lower or name.startswith(("words", "positions", "norm."))))


def head_balance(rows: Rows) -> tuple[Tensor, Tensor, Tensor]:
    """Weights of heads and of their positives, by the square root of how rare they are: neither may be drowned.

    And the logits that answer every text alike with the least loss: where the head begins.
    """
    train = rows.part == "train"
    weights, targets = rows.weights[train], rows.targets[train]
    total = weights.sum(0)
    positive = np.maximum((weights * targets).sum(0), 1.0)
    heads = np.clip(np.sqrt(total.mean() / np.maximum(total, 1.0)), 0.7, 2.5)
    positives = np.clip(np.sqrt((total - positive) / positive), 1.0, 4.0)
    begin = np.log(positives * positive / np.maximum(total - positive, 1.0))
    return tuple(torch.from_numpy(values.astype(np.float32)) for values in (heads, positives, begin))


def loss_of(logits: Tensor, targets: Tensor, weights: Tensor, heads: Tensor, positives: Tensor) -> Tensor:
    """Masked binary cross-entropy, by row: an unknown head has the weight 0."""
    each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none", pos_weight=positives)
    return (each * weights * heads).sum() / len(logits)


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, settings: argparse.Namespace, rows: Rows):
        self.settings, self.rows = settings, rows
        self.device = torch.device(settings.device)
        torch.manual_seed(settings.seed)
        self.model = from_base(Shape(layers=tuple(settings.layers))).to(self.device)
        self.heads, self.positives, begin = (part.to(self.device) for part in head_balance(rows))
        self.model.head.bias.data.copy_(begin)
        self.optimizer = torch.optim.AdamW(groups_of(self.model, settings), betas=(0.9, 0.98), eps=1e-6, fused=True)
        self.sampler = Sampler(rows, settings.seed, settings.batch_tokens)
        self.plan = Plan(*settings.plan) if settings.plan else Plan()
        self.step, self.round, self.place, self.seconds, self.seen = 0, 0, 0, 0.0, 0
        # Changes only with a round: batches are made for it.
        self.longest = self.plan.longest(0)
        self.fresh = True
        self.log: list[dict] = []
        self.rows_mark = hashlib.sha256(rows.ids.tobytes() + rows.targets.tobytes() + rows.weights.tobytes()).hexdigest()

    def save(self, name: str) -> None:
        path = self.settings.out / name
        temporary = path.with_suffix(".part")
        torch.save(
            {
                "shape": self.model.shape.as_dict(),
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "plan": asdict(self.plan),
                "counters": [self.step, self.round, self.place, self.seconds, self.seen, self.longest],
                "log": self.log,
                "seed": self.settings.seed,
                "rows": self.rows_mark,
            },
            temporary,
        )
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def load(self, name: str) -> None:
        stored = torch.load(self.settings.out / name, map_location=self.device, weights_only=True)
        if tuple(stored["shape"]["layers"]) != self.model.shape.layers or stored["seed"] != self.settings.seed:
            raise SystemExit(f"{self.settings.out / name} has other layers or another seed: give the same, or another --out")
        if stored["rows"] != self.rows_mark:
            print("the rows have changed since the checkpoint: going on with the new ones", flush=True)
        self.model.load_state_dict(stored["model"])
        self.optimizer.load_state_dict(stored["optimizer"])
        if not self.settings.plan:
            self.plan = Plan(**stored["plan"])
        self.step, self.round, self.place, self.seconds, self.seen, self.longest = stored["counters"]
        self.log = stored["log"]

    def resume(self) -> None:
        out = self.settings.out
        if not (out / "checkpoint.pt").exists():
            return
        self.load("checkpoint.pt")
        falling = self.plan.fall_from is not None and self.step >= self.plan.fall_from
        due = self.settings.minutes is not None and self.seconds < FALL_FROM * self.settings.minutes * 60 * 0.98
        if falling and due and not self.settings.plan and (out / "before-fall.pt").exists():
            self.load("before-fall.pt")
            self.plan.fall_from = self.plan.last = None
            print("the budget has grown: going on from before the learning rate fell", flush=True)
        print(f"resumed at step {self.step}, {self.seconds / 60:.1f} minutes in", flush=True)

    def learn(self, places: np.ndarray) -> tuple[float, int]:
        settings = self.settings
        # Dropout depends on the step alone: a resumed run does what one that was never stopped does.
        torch.manual_seed(settings.seed * 1_000_003 + self.step)
        if self.step in (0, settings.frozen_steps) or self.fresh:
            freeze(self.model, settings.frozen_layers if self.step < settings.frozen_steps else 0)
            self.fresh = False
        factor = self.plan.factor(self.step, settings.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base_rate"] * factor
        ids, mask = self.rows.batch(places, self.longest)
        targets = torch.from_numpy(self.rows.targets[places]).to(self.device)
        weights = torch.from_numpy(self.rows.weights[places]).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=settings.bf16):
            logits = self.model(ids.to(self.device), mask.to(self.device))
        loss = loss_of(logits.float(), targets, weights, self.heads, self.positives)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for p in self.model.parameters() if p.grad is not None], 1.0)
        self.optimizer.step()
        return float(loss.detach()), ids.numel()

    def evaluate(self, most: int | None) -> dict:
        places = np.flatnonzero(self.rows.part == "held-out")
        if most is not None and most < len(places):
            places = places[np.linspace(0, len(places) - 1, most).astype(int)]
        return report(self.rows, places, scores_of(self.model, self.rows, places, self.device))


def finished(run: Run) -> bool:
    return run.plan.last is not None and run.step >= run.plan.last


def train(run: Run) -> bool:
    """Learns until the plan ends; False where it was asked to stop before."""
    settings, stopping = run.settings, False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    run.model.train()
    saved = evaluated = logged = run.seconds
    losses: list[float] = []
    tokens = 0
    batches = run.sampler.round(run.round, run.longest)
    while not stopping and not finished(run):
        begin = time.perf_counter()
        if run.place >= len(batches):
            run.round, run.place = run.round + 1, 0
            if run.plan.fall_from is None and settings.minutes is not None:
                run.plan.notice(run.step, run.seconds / 60 / settings.minutes)
                if run.plan.fall_from is not None:
                    run.save("before-fall.pt")
            run.longest = run.plan.longest(run.step)
            batches = run.sampler.round(run.round, run.longest)
            continue
        places = batches[run.place]
        loss, used = run.learn(places)
        run.step, run.place, run.seen = run.step + 1, run.place + 1, run.seen + len(places)
        losses.append(loss)
        tokens += used
        run.seconds += time.perf_counter() - begin
        if run.step % settings.log_steps == 0:
            entry = {
                "step": run.step,
                "minutes": round(run.seconds / 60, 2),
                "rows": run.seen,
                "loss": round(float(np.mean(losses)), 4),
                "tokensPerSecond": round(tokens / max(1e-9, run.seconds - logged)),
            }
            run.log.append(entry)
            print(json.dumps(entry), flush=True)
            losses, tokens, logged = [], 0, run.seconds
        if run.seconds - saved >= settings.save_minutes * 60:
            run.save("checkpoint.pt")
            saved = run.seconds
        if run.seconds - evaluated >= settings.evaluate_minutes * 60:
            found = run.evaluate(settings.evaluate_rows)
            print(json.dumps({"step": run.step, "heldOutSample": found["mean"]}), flush=True)
            write(settings.out / f"evaluation-{run.step}.json", found)
            evaluated = run.seconds
    run.save("checkpoint.pt")
    return not stopping


def write(path: Path, content: object) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(content, indent=1) + "\n")
    os.replace(temporary, path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="rows.jsonl of export-rows.ts")
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoints and figures, outside the repository")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="time to learn for, over all resumptions")
    budget.add_argument("--plan", type=int, nargs=3, metavar=("LONG", "FALL", "LAST"), help="steps, as result.json has them")
    parser.add_argument("--threads", type=int, default=max(1, os.cpu_count() or 1))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--bf16", action="store_true", help="where the processor multiplies in bfloat16")
    parser.add_argument("--seed", type=int, default=20_240_601)
    parser.add_argument("--layers", type=int, nargs="+", default=list(range(6)), help="layers of the base that are kept")
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--head-rate", type=float, default=5e-4)
    parser.add_argument("--layer-decay", type=float, default=0.85)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--warm-up", type=int, default=200)
    parser.add_argument("--batch-tokens", type=int, default=1536)
    parser.add_argument("--frozen-layers", type=int, default=3, help="lowest layers left alone at first; embeddings with them")
    parser.add_argument("--frozen-steps", type=int, default=300)
    parser.add_argument("--most-rows", type=int, help="only so many rows, for a trial")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--evaluate-minutes", type=float, default=30)
    parser.add_argument("--evaluate-rows", type=int, default=2000)
    parser.add_argument("--log-steps", type=int, default=50)
    return parser.parse_args()


def main() -> None:
    settings = arguments()
    torch.set_num_threads(settings.threads)
    settings.out.mkdir(parents=True, exist_ok=True)
    rows = load_rows(settings.rows, settings.most_rows)
    run = Run(settings, rows)
    run.resume()
    if not train(run):
        print(f"stopped at step {run.step}; the same command goes on", flush=True)
        return
    found = run.evaluate(None)
    write(
        settings.out / "result.json",
        {
            "heads": HEADS,
            "rows": run.rows_mark,
            "plan": [run.plan.long_from or 0, run.plan.fall_from, run.plan.last],
            "rowsSeen": run.seen,
            "epochs": round(run.seen / max(1, int((rows.part == "train").sum())), 3),
            "minutes": round(run.seconds / 60, 1),
            "settings": {name: str(value) if isinstance(value, Path) else value for name, value in vars(settings).items()},
            "heldOut": found,
            "log": run.log,
        },
    )
    print(json.dumps({"heldOut": found["mean"], **{head: entry["labelledSets"] for head, entry in found["heads"].items()}}))


if __name__ == "__main__":
    main()
