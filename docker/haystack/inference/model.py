"""The encoder: log-normalised counts to an embedding, the shape of scVI's encoder."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from shared.cells import EMBEDDING_DIMENSIONS, GENES

HIDDEN = 128
WEIGHTS = Path(__file__).resolve().parent / "weights" / "encoder.npz"


class Encoder(nn.Module):
    """Two hidden layers and the mean of the latent space; (cells, 200) counts in, (cells, 8) out."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(GENES, HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.mean = nn.Linear(HIDDEN, EMBEDDING_DIMENSIONS)

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        total = counts.sum(dim=1, keepdim=True).clamp(min=1)
        x = torch.log1p(counts / total * 1e4)
        x = torch.relu(self.first(x))
        x = torch.relu(self.second(x))
        return self.mean(x)


def write_weights(path: Path, seed: int = 0) -> None:
    """Write the encoder's weights: seeded random projections, the same bytes on every machine.

    They are not trained: random projections keep populations apart, which is all that a check of
    the image needs, and they need neither data nor a torch of a certain version.
    """
    random = np.random.default_rng(seed)
    weights = {}
    for name, tensor in Encoder().state_dict().items():
        shape = tuple(tensor.shape)
        scale = np.sqrt(2 / shape[1]) if len(shape) == 2 else 0.0
        weights[name] = (random.standard_normal(shape) * scale).astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **weights)


def load_encoder(device: torch.device, path: Path = WEIGHTS) -> Encoder:
    """Return the encoder with its baked weights, ready on the device."""
    encoder = Encoder()
    with np.load(path, allow_pickle=False) as weights:
        encoder.load_state_dict({name: torch.from_numpy(weights[name]) for name in weights.files})
    return encoder.eval().to(device)
