"""Trains an early-exit network on a zip of images and exports it to ONNX with its exit profile.

The learning rate follows the elapsed share of --minutes, so training ends in time on a busy machine.
"""
import argparse
import copy
import csv
import io
import math
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from PIL import Image

from network import SHAPES, EarlyExitNetwork, fold_batch_norm

BATCH = 128
PEAK_LEARNING_RATE = 0.1
WARM_UP = 0.15  # share of the time
MOMENTUM = 0.9
WEIGHT_DECAY = 5e-4  # convolutions and linear weights only
LABEL_SMOOTHING = 0.05
EXIT_WEIGHT = 0.3  # loss weight of an intermediate exit; the final exit has 1
DISTILLATION = 0.5  # share of the final exit's answer in the targets of the others
CALIBRATION_SHARE = 0.02  # of the training images, held out for the temperatures
CROP_PIXELS = 4
ERASE_PIXELS = 8


def load(archives, split, pixels):
    """Images [n, pixels, pixels, 3] in 0..255, labels [n] and class names, in the order of the file names.

    Larger images are averaged over whole squares of pixels. A mean of four bytes is exact in half precision.
    """
    images, labels = [], []
    for archive in archives:
        with zipfile.ZipFile(archive) as files:
            for name in sorted(n for n in files.namelist() if n.startswith(split + "/") and n.endswith(".jpg")):
                image = np.asarray(Image.open(io.BytesIO(files.read(name))).convert("RGB"), np.float32)
                factor, rest = divmod(image.shape[0], pixels)
                if rest or image.shape[0] != image.shape[1]:
                    raise ValueError(f"{name} is {image.shape[:2]}, not a square of a multiple of {pixels} pixels")
                image = image.reshape(pixels, factor, pixels, factor, 3).mean((1, 3))
                images.append(image.astype(np.float16))
                labels.append(name.split("/")[1])
    classes = sorted(set(labels))
    index = torch.tensor([classes.index(label) for label in labels])
    return torch.from_numpy(np.stack(images)), index, classes


def hold_out(labels):
    """Masks the last CALIBRATION_SHARE of each class."""
    mask = torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        members = (labels == label).nonzero().flatten()
        mask[members[-round(len(members) * CALIBRATION_SHARE):]] = True
    return mask


def augment(images):
    """Random crop with reflected borders, random mirror image, one random square erased to mid-grey."""
    count, pixels = images.shape[:2]
    span = torch.arange(pixels)
    rows = span + torch.randint(-CROP_PIXELS, CROP_PIXELS + 1, (count, 1))
    columns = span + torch.randint(-CROP_PIXELS, CROP_PIXELS + 1, (count, 1))
    columns = torch.where(torch.rand(count, 1) < 0.5, columns.flip(1), columns)
    reflect = lambda i: (pixels - 1) - ((pixels - 1) - i.abs()).abs()
    images = images[torch.arange(count)[:, None, None], reflect(rows)[:, :, None], reflect(columns)[:, None, :]]
    inside = lambda: (span - torch.randint(0, pixels, (count, 1))).abs() < ERASE_PIXELS // 2
    images[inside()[:, :, None] & inside()[:, None, :]] = 127.5
    return images


def learning_rate(progress):
    """One cycle: linear warm-up, then a cosine down to zero."""
    if progress < WARM_UP:
        return PEAK_LEARNING_RATE * progress / WARM_UP
    return PEAK_LEARNING_RATE * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


def loss_of(logits, labels):
    """Cross-entropy at every exit; intermediate exits learn from the label and from the final exit."""
    final = logits[-1]
    classes = final.shape[1]
    target = F.one_hot(labels, classes) * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / classes
    mixed = torch.lerp(target, final.detach().softmax(1), DISTILLATION)
    return F.cross_entropy(final, target) + EXIT_WEIGHT * sum(F.cross_entropy(exit, mixed) for exit in logits[:-1])


def normalise(images, mean, std):
    return ((images.float() / 255 - mean) / std).permute(0, 3, 1, 2)


@torch.no_grad()
def infer(network, images, mean, std):
    """Logits [exits, n, classes]."""
    network.eval()
    batches = [torch.stack(network(normalise(part, mean, std))) for part in images.split(500)]
    return torch.cat(batches, 1)


def accuracies(logits, labels):
    return [(exit.argmax(1) == labels).float().mean().item() for exit in logits]


def train(network, images, labels, check_images, check_labels, mean, std, minutes, checkpoint):
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    optimiser = torch.optim.SGD(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others}],
        lr=0.0, momentum=MOMENTUM, nesterov=True)
    elapsed, epoch = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        elapsed, epoch = state["elapsed"], state["epoch"]
    start = time.monotonic() - elapsed
    while elapsed < minutes * 60:
        network.train()
        total, steps = 0.0, 0
        for index in torch.randperm(len(labels)).split(BATCH)[:-1]:
            elapsed = time.monotonic() - start
            if elapsed >= minutes * 60:
                break
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(elapsed / (minutes * 60))
            batch = normalise(augment(images[index].float()), mean, std)
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(batch)
            loss = loss_of([exit.float() for exit in logits], labels[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total, steps = total + loss.item(), steps + 1
        epoch += 1
        found = " ".join(f"{a:.3f}" for a in accuracies(infer(network, check_images, mean, std), check_labels))
        elapsed = time.monotonic() - start
        print(f"epoch {epoch} minute {elapsed / 60:.1f} loss {total / max(steps, 1):.3f} held out {found}", flush=True)
        torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(),
                    "elapsed": elapsed, "epoch": epoch}, checkpoint)


@torch.no_grad()
def calibrate(network, logits, labels):
    """Scales each exit's logits by the temperature that gives held-out images the least cross-entropy."""
    candidates = torch.logspace(-2, 2, 401, 2)
    for i, exit in enumerate(logits, 1):
        temperature = min(candidates, key=lambda t: F.cross_entropy(exit / t, labels).item())
        linear = getattr(network, f"exit{i}").linear
        linear.weight /= temperature
        linear.bias /= temperature
        print(f"exit{i} temperature {temperature:.3f}")


def export(network, service, classes, mean, std, path):
    pixels = SHAPES[service].input_pixels
    exits = [f"exit{i}" for i in range(1, network.exits + 1)]
    torch.onnx.export(
        fold_batch_norm(copy.deepcopy(network)), torch.zeros(1, 3, pixels, pixels), path, opset_version=17,
        input_names=["image"], output_names=exits, dynamic_axes={name: {0: "batch"} for name in ["image"] + exits})
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {
        "offramp.service": service,
        "offramp.labels": "\n".join(classes),
        "offramp.exits": ",".join(exits),
        "offramp.score": "logits",
        "offramp.input.color": "rgb",
        "offramp.input.mean": ",".join(f"{v:.4f}" for v in mean),
        "offramp.input.std": ",".join(f"{v:.4f}" for v in std),
        "offramp.licence": "Apache-2.0",
    })
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def write_profile(logits, labels, path):
    """One row per test image in the order of the file names: its label, then label and confidence at every exit."""
    confidence, label = logits.softmax(2).max(2)
    with open(path, "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["sample", "truth"] + [f"{what}{i}" for i in range(1, len(logits) + 1)
                                             for what in ("label", "confidence")])
        for n, truth in enumerate(labels):
            exits = [v for i in range(len(logits)) for v in (label[i, n].item(), f"{confidence[i, n].item():.6g}")]
            rows.writerow([n, truth.item()] + exits)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("service", choices=SHAPES)
    parser.add_argument("zip", nargs="+", help="holds train/CLASS/N.jpg, test/CLASS/N.jpg or both")
    parser.add_argument("--minutes", type=float, required=True, help="time to train")
    parser.add_argument("--out", type=Path, required=True, help="folder for the network, its profile and checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(os.cpu_count())

    shape = SHAPES[arguments.service]
    images, labels, classes = load(arguments.zip, "train", shape.input_pixels)
    pixels = images[::10].float() / 255
    mean = torch.round(pixels.mean((0, 1, 2)), decimals=4)
    std = torch.round(pixels.std((0, 1, 2)), decimals=4)
    held_out = hold_out(labels)
    network = EarlyExitNetwork(shape, len(classes)).to(memory_format=torch.channels_last)
    train(network, images[~held_out], labels[~held_out], images[held_out], labels[held_out], mean, std,
          arguments.minutes, arguments.out / "checkpoint.pt")
    calibrate(network, infer(network, images[held_out], mean, std), labels[held_out])

    images, labels, _ = load(arguments.zip, "test", shape.input_pixels)
    logits = infer(network, images, mean, std)
    print("test " + " ".join(f"{a:.4f}" for a in accuracies(logits, labels)))
    write_profile(logits, labels, arguments.out / "profile.csv")
    export(network, arguments.service, classes, mean, std, str(arguments.out / f"{arguments.service}.onnx"))


if __name__ == "__main__":
    main()
