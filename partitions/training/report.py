"""Prints the tables of a model card from an exported network and its exit profile."""
import argparse
import csv
from pathlib import Path

import numpy as np
import onnx

CLOSED = 2.0
THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, CLOSED)


def costs(model):
    """Multiply-accumulates and parameters of each part: {"stem": (macs, parameters), "block1": …}."""
    graph = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
    shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
              for v in list(graph.value_info) + list(graph.output)}
    sizes = {t.name: int(np.prod(t.dims)) for t in graph.initializer}
    parts = {}
    for node in graph.node:
        part = node.name.split("/")[1]
        macs, parameters = parts.get(part, (0, 0))
        if node.op_type in ("Conv", "Gemm"):
            positions = int(np.prod(shapes[node.output[0]][2:]))
            macs += sizes[node.input[1]] * positions
            parameters += sum(sizes[name] for name in node.input[1:])
        parts[part] = macs, parameters
    return parts


def cells(values):
    return "| " + " | ".join(values) + " |"


def segments(parts, exits):
    """Per exit: (macs, parameters) of its share of the backbone and of its head; macs from the input to its answer."""
    backbone = [parts[f"block{i}"] for i in range(1, exits + 1)]
    backbone[0] = tuple(np.add(backbone[0], parts["stem"]))
    heads = [parts[f"exit{i}"] for i in range(1, exits + 1)]
    reached = np.cumsum([b[0] + h[0] for b, h in zip(backbone, heads)])
    return backbone, heads, reached


def calibration_error(confidence, right):
    """Expected calibration error over ten bins of equal width."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    return sum(abs(right[bins == b].sum() - confidence[bins == b].sum()) for b in range(10)) / len(right)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path)
    parser.add_argument("profile", type=Path)
    arguments = parser.parse_args()
    with open(arguments.profile) as file:
        rows = np.array(list(csv.reader(file))[1:], float)
    right = rows[:, 2::2] == rows[:, 1:2]
    confidence = rows[:, 3::2]
    exits = right.shape[1]
    backbone, heads, reached = segments(costs(onnx.load(str(arguments.network))), exits)

    print(cells(["exit", "backbone MMAC", "head MMAC", "MMAC so far", "backbone parameters", "head parameters",
                 "accuracy", "calibration error", "confidence ≥ 0.8", "of these right"]))
    print("|" + "---|" * 10)
    for i in range(exits):
        sure = confidence[:, i] >= 0.8
        print(cells([str(i + 1), f"{backbone[i][0] / 1e6:.2f}", f"{heads[i][0] / 1e6:.3f}", f"{reached[i] / 1e6:.2f}",
                     f"{backbone[i][1]:,}", f"{heads[i][1]:,}", f"{right[:, i].mean():.2%}",
                     f"{calibration_error(confidence[:, i], right[:, i]):.3f}", f"{sure.mean():.1%}",
                     f"{right[sure, i].mean():.2%}"]))
    print()
    print(cells(["threshold of every intermediate exit", "accuracy", "mean MMAC"]
                + [f"exit {i + 1}" for i in range(exits)]))
    print("|" + "---|" * (exits + 3))
    for threshold in THRESHOLDS:
        leaves = confidence >= threshold
        leaves[:, -1] = True
        taken = leaves.argmax(1)
        accuracy = right[np.arange(len(rows)), taken].mean()
        print(cells(["closed" if threshold == CLOSED else f"{threshold:g}", f"{accuracy:.2%}",
                     f"{reached[taken].mean() / 1e6:.1f}"]
                    + [f"{(taken == i).mean():.1%}" for i in range(exits)]))


if __name__ == "__main__":
    main()
