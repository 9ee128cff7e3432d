"""Embed the cells of an .h5ad file and print a JSON summary.

`--input /app/inference/samples/sample.h5ad` is in the image. `--passes` repeats the work, so that a
GPU is busy long enough to be measured.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import anndata
import numpy as np
import torch

from inference.device import CHOICES, NoGpuError, choose_device, describe_device
from inference.model import Encoder, load_encoder
from shared.cells import GENES

BATCH = 4096


@dataclass(frozen=True)
class Summary:
    """What a run did; cells per second counts every pass."""

    device: str
    cells: int
    genes: int
    dimensions: int
    passes: int
    seconds: float
    cells_per_second: float


def read_counts(data: anndata.AnnData) -> np.ndarray:
    """Return the counts as (cells, 200) float32; raises ValueError when they are not the model's genes."""
    if data.n_obs == 0 or data.n_vars != GENES:
        raise ValueError(f"the model takes at least one cell of {GENES} genes, the file has {data.n_obs} of {data.n_vars}")
    dense = data.X.toarray() if hasattr(data.X, "toarray") else np.asarray(data.X)
    counts = dense.astype(np.float32)
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise ValueError("counts are finite and not negative; the file has others")
    return counts


def embed(encoder: Encoder, counts: np.ndarray, device: torch.device, passes: int = 1) -> np.ndarray:
    """Return the embedding of every cell, (cells, 8); computed `passes` times, kept once."""
    cells = torch.from_numpy(counts).to(device)
    with torch.no_grad():
        for _ in range(passes):
            parts = [encoder(batch) for batch in cells.split(BATCH)]
        # To the host at last: on a GPU the work above is only queued until then.
        return torch.cat(parts).cpu().numpy()


def run(options: argparse.Namespace) -> int:
    try:
        device = choose_device(options.device)
        data = anndata.read_h5ad(options.input)
        counts = read_counts(data)
    except (NoGpuError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    encoder = load_encoder(device)
    start = time.perf_counter()
    embedding = embed(encoder, counts, device, options.passes)
    seconds = time.perf_counter() - start
    if options.output is not None:
        data.obsm["X_haystack"] = embedding
        data.write_h5ad(options.output)
    rate = len(counts) * options.passes / seconds
    summary = Summary(describe_device(device), *counts.shape, embedding.shape[1], options.passes, round(seconds, 4), round(rate))
    print(json.dumps(asdict(summary)))
    return 0


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="inference.run_inference", description=__doc__)
    parser.add_argument("--input", type=Path, required=True, help="an .h5ad file of raw counts, 200 genes")
    parser.add_argument("--output", type=Path, help="write the file with obsm['X_haystack'] here")
    parser.add_argument("--device", choices=CHOICES, default="auto")
    parser.add_argument("--passes", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.passes < 1:
        parser.error("--passes is at least 1")
    return options


if __name__ == "__main__":
    sys.exit(run(parse_arguments(sys.argv[1:])))
