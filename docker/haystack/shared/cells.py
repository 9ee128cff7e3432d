"""What the three programs agree on about a cell."""

EMBEDDING_DIMENSIONS = 8
"""Length of a cell's embedding; `vector(8)` in scripts/init_schema.sql."""

GENES = 200
"""Genes of the synthetic data, and what the encoder takes."""
