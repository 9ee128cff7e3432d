"""Made-up counts with known populations, so that a run needs no download."""

import anndata
import numpy as np
import pandas as pd

from shared.cells import GENES

MARKERS = 10
POPULATIONS = ("B cell", "T cell", "monocyte")


def make_counts(cells: int, seed: int) -> anndata.AnnData:
    """Return `cells` x 200 counts; each population expresses ten genes of its own eightfold."""
    random = np.random.default_rng(seed)
    population = np.arange(cells) % len(POPULATIONS)
    rate = np.tile(random.gamma(2.0, 1.0, GENES), (cells, 1))
    for index in range(len(POPULATIONS)):
        own = slice(index * MARKERS, (index + 1) * MARKERS)
        rate[population == index, own] *= 8
    counts = random.poisson(rate).astype(np.float32)
    return anndata.AnnData(
        counts,
        obs=pd.DataFrame({"population": pd.Categorical.from_codes(population, list(POPULATIONS))}, index=name("cell", cells)),
        var=pd.DataFrame(index=name("gene", GENES)),
    )


def name(kind: str, count: int) -> list[str]:
    return [f"{kind}-{number:04d}" for number in range(count)]
