"""Early-exit residual networks: a stem, then blocks, each followed by one exit.

Between two blocks exactly one tensor is alive, so the exported graph can be cut there.
"""
from collections import OrderedDict
from dataclasses import dataclass

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


@dataclass(frozen=True)
class Shape:
    """What a network looks like: square input, stem, and one (channels, stride) per block."""

    input_pixels: int
    stem_channels: int
    stem_stride: int
    blocks: tuple
    head_channels: int


SHAPES = {
    "cifar10": Shape(32, 32, 1, ((32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (128, 2), (128, 1)), 64),
    "roadside": Shape(48, 8, 2, ((8, 2), (16, 1), (32, 2), (48, 1), (64, 1)), 16),
}


def conv_norm(channels_in, channels_out, kernel, stride):
    return [
        ("conv", nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False)),
        ("norm", nn.BatchNorm2d(channels_out)),
    ]


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut, projected where the shape changes."""

    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = nn.Sequential(OrderedDict(conv_norm(channels_in, channels_out, 3, stride)))
        self.conv2 = nn.Sequential(OrderedDict(conv_norm(channels_out, channels_out, 3, 1)))
        self.relu1 = nn.ReLU()
        self.relu2 = nn.ReLU()
        self.shortcut = None
        if channels_in != channels_out or stride != 1:
            self.shortcut = nn.Sequential(OrderedDict(conv_norm(channels_in, channels_out, 1, stride)))

    def forward(self, x):
        residual = self.conv2(self.relu1(self.conv1(x)))
        return self.relu2(residual + (x if self.shortcut is None else self.shortcut(x)))


class Exit(nn.Sequential):
    """Classifier on a block's output: logits, not probabilities. Large maps are halved by a convolution first."""

    def __init__(self, channels, classes, conv_channels):
        layers = []
        if conv_channels:
            layers = conv_norm(channels, conv_channels, 3, 2) + [("relu", nn.ReLU())]
        layers += [
            ("pool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("linear", nn.Linear(conv_channels or channels, classes)),
        ]
        super().__init__(OrderedDict(layers))


class EarlyExitNetwork(nn.Module):
    """Image batch in, one logits tensor per exit out, in order of depth."""

    def __init__(self, shape, classes):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict(
            conv_norm(3, shape.stem_channels, 3, shape.stem_stride) + [("relu", nn.ReLU())]))
        self.exits = len(shape.blocks)
        channels, pixels = shape.stem_channels, shape.input_pixels // shape.stem_stride
        for i, (channels_out, stride) in enumerate(shape.blocks, 1):
            pixels //= stride
            self.add_module(f"block{i}", Block(channels, channels_out, stride))
            self.add_module(f"exit{i}", Exit(channels_out, classes, shape.head_channels if pixels > 6 else 0))
            channels = channels_out

    def forward(self, x):
        x = self.stem(x)
        logits = []
        for i in range(1, self.exits + 1):
            x = getattr(self, f"block{i}")(x)
            logits.append(getattr(self, f"exit{i}")(x))
        return tuple(logits)


def fold_batch_norm(network):
    """Fold every batch norm into the convolution before it, in place; the network must be in eval mode."""
    for module in network.modules():
        if isinstance(getattr(module, "norm", None), nn.BatchNorm2d):
            module.conv = fuse_conv_bn_eval(module.conv, module.norm)
            module.norm = nn.Identity()
    return network
