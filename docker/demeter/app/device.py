"""Where the counting runs: `python -m app.device` says it."""

import importlib.util


def choose_device() -> str:
    """Return `cuda` where torch is installed and sees a GPU, else `cpu`."""
    if importlib.util.find_spec("torch") is None:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


if __name__ == "__main__":
    print(choose_device())
