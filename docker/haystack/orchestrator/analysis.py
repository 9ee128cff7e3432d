"""The steps of an analysis; each changes the AnnData it is given."""

import anndata
import scanpy as sc

from shared.cells import EMBEDDING_DIMENSIONS


def normalise(data: anndata.AnnData) -> None:
    sc.pp.normalize_total(data, target_sum=1e4)
    sc.pp.log1p(data)


def embed(data: anndata.AnnData) -> None:
    sc.pp.pca(data, n_comps=EMBEDDING_DIMENSIONS, random_state=0)


def cluster(data: anndata.AnnData) -> None:
    # gauss: the default method compiles umap with numba on first use, 15 s for nothing at this size.
    sc.pp.neighbors(data, n_neighbors=15, method="gauss", random_state=0)
    sc.tl.leiden(data, resolution=0.5, flavor="igraph", n_iterations=2, directed=False, random_state=0)


def rank(data: anndata.AnnData) -> dict[str, list[str]]:
    """Return the five genes that set each cluster apart (Welch's t-test)."""
    sc.tl.rank_genes_groups(data, "leiden", method="t-test", n_genes=5)
    names = data.uns["rank_genes_groups"]["names"]
    return {group: [str(gene) for gene in names[group]] for group in names.dtype.names}
