"""Writes the networks that the cutting tests use: real architectures with random weights, and a few odd graphs.

    python3 make_networks.py ../resources/networks     thin ones, a few hundred KB each, kept in the repository
    python3 make_networks.py --full DIR                full-size ones, for `offramp model verify`

Needs Debian's python3-torch, python3-torchvision and python3-onnx.
"""
import argparse
import contextlib
import pathlib

import numpy as np
import onnx
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper
from torch import nn

OPSET = 17


@contextlib.contextmanager
def thin(factor):
    """Networks built inside have 1/factor of the channels everywhere but at the image."""
    shrink = lambda channels: channels if channels <= 3 else max(1, channels // factor)
    originals = nn.Conv2d.__init__, nn.BatchNorm2d.__init__, nn.Linear.__init__

    def conv(self, channels_in, channels_out, *args, groups=1, **kwargs):
        originals[0](self, shrink(channels_in), shrink(channels_out), *args,
                     groups=groups if groups == 1 else shrink(groups), **kwargs)

    def norm(self, channels, *args, **kwargs):
        originals[1](self, shrink(channels), *args, **kwargs)

    def linear(self, features_in, features_out, *args, **kwargs):
        originals[2](self, shrink(features_in), shrink(features_out) if features_out > 10 else features_out,
                     *args, **kwargs)

    nn.Conv2d.__init__, nn.BatchNorm2d.__init__, nn.Linear.__init__ = conv, norm, linear
    try:
        yield
    finally:
        nn.Conv2d.__init__, nn.BatchNorm2d.__init__, nn.Linear.__init__ = originals


def architectures(full):
    """Name → (network, pixels). Thin ones keep every operator of the real ones."""
    models = torchvision.models
    if full:
        return {
            "resnet50": (models.resnet50(), 224),
            "mobilenet_v2": (models.mobilenet_v2(), 224),
            "densenet121": (models.densenet121(), 224),
            "inception_v3": (models.inception_v3(aux_logits=False, init_weights=False), 299),
            "squeezenet": (models.squeezenet1_1(), 224),
            "efficientnet_b0": (models.efficientnet_b0(), 224),
            "vit_b_16": (models.vit_b_16(), 224),
        }
    with thin(16):
        resnet = models.resnet50(num_classes=10)
        inception = models.inception_v3(num_classes=10, aux_logits=False, init_weights=False)
        efficientnet_b0 = models.efficientnet_b0(num_classes=10)
    with thin(8):
        squeezenet = models.squeezenet1_1(num_classes=10)
    return {
        "resnet50": (resnet, 64),
        "mobilenet_v2": (models.mobilenet_v2(num_classes=10, width_mult=0.1, round_nearest=2), 64),
        "densenet121": (torchvision.models.DenseNet(2, (6, 12, 24, 16), 4, num_classes=10), 64),
        "inception_v3": (inception, 107),
        "squeezenet": (squeezenet, 64),
        "efficientnet_b0": (efficientnet_b0, 64),
        "vit": (torchvision.models.VisionTransformer(32, 8, 4, 2, 32, 64, num_classes=10), 32),
    }


class EarlyExits(nn.Module):
    """Four residual blocks with an exit after each; all heads are at the end of the file."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(8, 8, 3, 1, 1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, 1, 1))
            for _ in range(4))
        self.heads = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10), nn.Softmax(1)) for _ in range(4))

    def forward(self, x):
        x = torch.relu(self.stem(x))
        taps = []
        for block in self.blocks:
            x = torch.relu(x + block(x))
            taps.append(x)
        return tuple(head(tap) for head, tap in zip(self.heads, taps))


def randomise(network):
    """Weights and statistics that keep activations of order one, so that differences show."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.0)
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return network.eval()


def export(network, pixels, file, outputs=("scores",)):
    torch.onnx.export(randomise(network), torch.randn(1, 3, pixels, pixels), file, opset_version=OPSET,
                      input_names=["image"], output_names=list(outputs),
                      dynamic_axes={name: {0: "batch"} for name in ("image", *outputs)})


def quantise(source, file):
    """Puts QuantizeLinear and DequantizeLinear around the inputs of Conv, Gemm and Add; weights int8 per channel."""
    model = onnx.load(source)
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes, extra, pairs = [], [], {}

    def constant(name, array):
        extra.append(numpy_helper.from_array(array, name))
        return name

    def activation(name):
        if name not in pairs:
            scale = constant(name + "/scale", np.float32(0.04))
            zero = constant(name + "/zero", np.uint8(114))
            nodes.append(helper.make_node("QuantizeLinear", [name, scale, zero], [name + "/q"]))
            nodes.append(helper.make_node("DequantizeLinear", [name + "/q", scale, zero], [name + "/dq"]))
            pairs[name] = name + "/dq"
        return pairs[name]

    def weight(name):
        if name not in pairs:
            array = weights[name]
            scale = (np.abs(array).reshape(len(array), -1).max(1) / 127 + 1e-8).astype(np.float32)
            rounded = np.clip(np.round(array / scale.reshape(-1, *[1] * (array.ndim - 1))), -127, 127)
            inputs = [constant(name + "/q", rounded.astype(np.int8)), constant(name + "/scale", scale),
                      constant(name + "/zero", np.zeros(len(scale), np.int8))]
            nodes.append(helper.make_node("DequantizeLinear", inputs, [name + "/dq"], axis=0))
            pairs[name] = name + "/dq"
        return pairs[name]

    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm"):
            node.input[0], node.input[1] = activation(node.input[0]), weight(node.input[1])
        elif node.op_type == "Add":
            node.input[0], node.input[1] = activation(node.input[0]), activation(node.input[1])
        nodes.append(node)
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in pairs]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(kept + extra)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def graph(nodes, outputs, initializers=(), extra_inputs=(), ir=8, batch="batch"):
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, 3, 8, 8])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    made = helper.make_graph(nodes, "odd", [image, *extra_inputs], values, list(initializers))
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET if ir >= 7 else 8)], ir_version=ir)


def tensor(name, *shape, seed=1):
    array = np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)
    return numpy_helper.from_array(array, name)


def odd_networks():
    """Small graphs with one peculiarity each."""
    node = helper.make_node
    head = [node("GlobalAveragePool", ["d"], ["pooled"]), node("Flatten", ["pooled"], ["scores"])]
    uncuttable = graph([
        node("Conv", ["image", "w1"], ["a"], pads=[1] * 4), node("Conv", ["image", "w2"], ["b"], pads=[1] * 4),
        node("Relu", ["a"], ["a2"]), node("Relu", ["b"], ["b2"]), node("Mul", ["a2", "b2"], ["scores"]),
    ], ["scores"], [tensor("w1", 4, 3, 3, 3), tensor("w2", 4, 3, 3, 3, seed=2)])

    branch = lambda name, sign: helper.make_graph(
        [node("Mul", ["c", "gain"], [name]) if sign > 0 else node("Sub", ["c", "gain"], [name])], name, [],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None)])
    conditional = graph([
        node("Conv", ["image", "w1"], ["a"], pads=[1] * 4), node("Relu", ["a"], ["b"]),
        node("Conv", ["b", "w2"], ["c"], pads=[1] * 4),
        node("ReduceMax", ["c"], ["peak"], keepdims=0), node("Greater", ["peak", "gain"], ["bright"]),
        node("If", ["bright"], ["d"], then_branch=branch("then", 1), else_branch=branch("otherwise", -1)), *head,
    ], ["scores"], [tensor("w1", 4, 3, 3, 3), tensor("w2", 4, 4, 3, 3), tensor("gain")])

    old = graph([
        node("Conv", ["image", "w1"], ["a"], pads=[1] * 4), node("Relu", ["a"], ["b"]),
        node("Conv", ["b", "w2"], ["c"], pads=[1] * 4), node("Relu", ["c"], ["d"]), *head,
    ], ["scores"], [tensor("w1", 4, 3, 3, 3), tensor("w2", 4, 4, 3, 3)], [
        helper.make_tensor_value_info("w1", TensorProto.FLOAT, [4, 3, 3, 3]),
        helper.make_tensor_value_info("w2", TensorProto.FLOAT, [4, 4, 3, 3])], ir=3, batch=1)
    return {"uncuttable": uncuttable, "conditional": conditional, "old_ir": old}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="full-size architectures")
    parser.add_argument("directory", type=pathlib.Path)
    arguments = parser.parse_args()
    directory = arguments.directory
    directory.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    for name, (network, pixels) in architectures(arguments.full).items():
        export(network, pixels, str(directory / f"{name}.onnx"))
    quantise(directory / "resnet50.onnx", directory / "resnet50_qdq.onnx")
    if arguments.full:
        return
    export(EarlyExits(), 32, str(directory / "early_exits.onnx"), [f"exit{i}" for i in range(1, 5)])
    for name, model in odd_networks().items():
        onnx.save(model, directory / f"{name}.onnx")
    outside = onnx.load(directory / "old_ir.onnx")
    onnx.save(outside, str(directory / "external.onnx"), save_as_external_data=True, location="external.bin",
              size_threshold=0)


if __name__ == "__main__":
    main()
