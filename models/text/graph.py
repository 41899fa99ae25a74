"""The encoder as an ONNX graph, written node by node: in floats, or with 8-bit weights in one of two ways.

- blockwise: `MatMulNBits` of com.microsoft, weights in blocks of 128 with a scale each. Its 8-bit kernels quantise every
  token's activations for themselves.
- static: activations with scales that were measured beforehand; weights by column within 7 bits (reduced range), so that
  processors without VNNI, which add pairs of products in 16 bits, do not saturate.

Dynamic quantisation is left out on purpose: it takes one scale for a whole batch, and so scores change with the batch.
Word embeddings are 8-bit by row in both.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from encoder import HEADS, Shape

OPSETS = (("", 20), ("com.microsoft", 1))
BLOCK = 128


def rounded(values: np.ndarray, scale: np.ndarray, most: int) -> np.ndarray:
    return np.clip(np.rint(values / scale), -most, most).astype(np.int8)


class Graph:
    """`ranges` gives, for the static form, the least and greatest input of each linear layer by its name."""

    def __init__(self, state: dict[str, np.ndarray], shape: Shape, form: str, ranges: dict[str, tuple[float, float]] | None = None):
        if form not in ("float", "static", "blockwise"):
            raise ValueError(f"form is {form}: float, static or blockwise")
        self.state, self.shape, self.form, self.ranges = state, shape, form, ranges or {}
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, onnx.TensorProto] = {}
        self.linear_inputs: dict[str, str] = {}

    def constant(self, name: str, values: np.ndarray) -> str:
        self.tensors.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def norm(self, name: str, value: str) -> str:
        inputs = [value, *(self.constant(f"{name}.{kind}", self.state[f"{name}.{kind}"]) for kind in ("weight", "bias"))]
        return self.node("LayerNormalization", inputs, f"{name}.out", epsilon=self.shape.epsilon)

    def linear(self, name: str, value: str) -> str:
        self.linear_inputs[name] = value
        weight = self.state[f"{name}.weight"]
        bias = self.constant(f"{name}.bias", self.state[f"{name}.bias"])
        # The heads stay as they are: twelve rows of numbers decide everything.
        form = "float" if name == "head" else self.form
        if form == "float":
            product = self.node("MatMul", [value, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        elif form == "blockwise":
            product = self._blockwise(name, value, weight)
        else:
            product = self._static(name, value, weight)
        return self.node("Add", [product, bias], f"{name}.out")

    def _blockwise(self, name: str, value: str, weight: np.ndarray) -> str:
        outputs, inputs = weight.shape
        blocks = weight.reshape(outputs, inputs // BLOCK, BLOCK)
        scales = np.maximum(np.abs(blocks).max(-1, keepdims=True), 1e-8) / 127
        packed = (rounded(blocks, scales, 127).astype(np.int16) + 128).astype(np.uint8)
        return self.node(
            "MatMulNBits",
            [
                value,
                self.constant(f"{name}.weight", packed),
                self.constant(f"{name}.scales", scales[..., 0].astype(np.float32)),
            ],
            f"{name}.product",
            "com.microsoft",
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,
        )

    def _static(self, name: str, value: str, weight: np.ndarray) -> str:
        least, greatest = self.ranges[name]
        least, greatest = min(least, 0.0), max(greatest, 1e-6)
        scale = (greatest - least) / 255
        inputs = [
            self.constant(f"{name}.scale", np.array(scale, np.float32)),
            self.constant(f"{name}.zero", np.array(round(-least / scale), np.uint8)),
        ]
        small = self.node("QuantizeLinear", [value, *inputs], f"{name}.small")
        restored = self.node("DequantizeLinear", [small, *inputs], f"{name}.restored")
        scales = np.maximum(np.abs(weight).max(1), 1e-8) / 63
        columns = [
            self.constant(f"{name}.weight", rounded(weight.T, scales[None, :], 63)),
            self.constant(f"{name}.scales", scales.astype(np.float32)),
            self.constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
        ]
        weights = self.node("DequantizeLinear", columns, f"{name}.weights", axis=1)
        return self.node("MatMul", [restored, weights], f"{name}.product")

    def embeddings(self) -> str:
        table = self.state["words.weight"]
        if self.form == "float":
            words = self.node("Gather", [self.constant("words", table), "input_ids"], "words.out")
        else:
            scales = np.maximum(np.abs(table).max(1, keepdims=True), 1e-8) / 127
            small = self.node("Gather", [self.constant("words", rounded(table, scales, 127)), "input_ids"], "words.small")
            wide = self.node("Cast", [small], "words.wide", to=TensorProto.FLOAT)
            scale = self.node("Gather", [self.constant("words.scales", scales.astype(np.float32)), "input_ids"], "words.scale")
            words = self.node("Mul", [wide, scale], "words.out")
        length = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        zero = self.constant("zero", np.array([0], np.int64))
        positions = self.constant("positions", self.state["positions.weight"])
        places = self.node("Slice", [positions, zero, length, zero], "places")
        return self.norm("norm", self.node("Add", [words, places], "embedded"))

    def layer(self, place: int, hidden: str) -> str:
        own = f"layers.{place}"
        joint = self.linear(f"{own}.joint", hidden)
        parts = [f"{own}.{part}" for part in ("query", "key", "value")]
        self.nodes.append(helper.make_node("Split", [joint], parts, name=f"{own}.split", axis=-1, num_outputs=3))
        mixed = self.node(
            "MultiHeadAttention",
            [*parts, "", "blocked"],
            f"{own}.mixed",
            "com.microsoft",
            num_heads=self.shape.attention_heads,
        )
        mixed = self.node("Add", [hidden, self.linear(f"{own}.out", mixed)], f"{own}.attended")
        hidden = self.norm(f"{own}.norm_attention", mixed)
        inner = self.node("Gelu", [self.linear(f"{own}.up", hidden)], f"{own}.gelu")
        return self.norm(f"{own}.norm_inner", self.node("Add", [hidden, self.linear(f"{own}.down", inner)], f"{own}.sum"))

    def build(self) -> onnx.ModelProto:
        """input_ids and attention_mask, int64 (batch, length), to scores, float32 (batch, heads), each within 0..1."""
        hidden = self.embeddings()
        self.node("Cast", ["attention_mask"], "blocked", to=TensorProto.INT32)
        for place in range(len(self.shape.layers)):
            hidden = self.layer(place, hidden)
        mask = self.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
        one = self.constant("one", np.array([1], np.int64))
        wide = self.node("Unsqueeze", [mask, self.constant("two", np.array([2], np.int64))], "mask.wide")
        kept = self.node("Mul", [hidden, wide], "kept")
        summed = self.node("ReduceSum", [kept, one], "summed", keepdims=0)
        count = self.node("Max", [self.node("ReduceSum", [mask, one], "tokens", keepdims=1), self.constant("least", np.array([1], np.float32))], "count")
        pooled = self.node("Div", [summed, count], "pooled")
        self.node("Sigmoid", [self.linear("head", pooled)], "scores")
        side = ["batch", "length"]
        graph = helper.make_graph(
            self.nodes,
            "tidegate-text",
            [helper.make_tensor_value_info(name, TensorProto.INT64, side) for name in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", len(HEADS)])],
            list(self.tensors.values()),
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid(*opset) for opset in OPSETS], ir_version=10)
