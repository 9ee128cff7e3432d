"""Load the model, embed one cell and say where (`python -m inference.load`)."""

import argparse
import sys
import time

import torch

from inference.device import CHOICES, NoGpuError, choose_device, describe_device
from inference.model import load_encoder
from shared.cells import GENES


def load(choice: str) -> int:
    start = time.perf_counter()
    try:
        device = choose_device(choice)
    except NoGpuError as error:
        print(error, file=sys.stderr)
        return 1
    encoder = load_encoder(device)
    with torch.no_grad():
        embedding = encoder(torch.ones(1, GENES, device=device))
    if not bool(torch.isfinite(embedding).all()):
        print("the model's output is not finite: its weights are damaged", file=sys.stderr)
        return 1
    parameters = sum(parameter.numel() for parameter in encoder.parameters())
    seconds = time.perf_counter() - start
    print(f"model loaded: {parameters} parameters on {describe_device(device)}, torch {torch.__version__}, {seconds:.2f} s")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=CHOICES, default="auto")
    sys.exit(load(parser.parse_args().device))
