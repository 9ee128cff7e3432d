"""Write the sample that the image carries (`python -m inference.sample PATH`)."""

import sys
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from shared.cells import GENES

CELLS = 200
POPULATIONS = ("B cell", "T cell", "monocyte")


def make_sample(seed: int = 0) -> anndata.AnnData:
    """Return 200 cells in three populations; each expresses twenty genes of its own."""
    random = np.random.default_rng(seed)
    population = np.arange(CELLS) % len(POPULATIONS)
    rate = np.full((CELLS, GENES), 0.1)
    for index in range(len(POPULATIONS)):
        rate[population == index, index * 20 : index * 20 + 20] = 6
    counts = sparse.csr_matrix(random.poisson(rate).astype(np.float32))
    obs = pd.DataFrame({"population": pd.Categorical.from_codes(population, list(POPULATIONS))})
    obs.index = [f"cell-{number:04d}" for number in range(CELLS)]
    var = pd.DataFrame(index=[f"gene-{number:04d}" for number in range(GENES)])
    return anndata.AnnData(counts, obs=obs, var=var)


if __name__ == "__main__":
    make_sample().write_h5ad(Path(sys.argv[1]), compression="gzip")
