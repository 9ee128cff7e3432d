"""Which device computes."""

import torch

CHOICES = ("auto", "cpu", "cuda")


class NoGpuError(RuntimeError):
    """A GPU was asked for and torch sees none."""


def choose_device(choice: str) -> torch.device:
    """Return the device of a choice; `auto` takes a GPU where torch sees one. Raises NoGpuError."""
    if choice == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if choice == "cuda" and not torch.cuda.is_available():
        built = torch.version.cuda or "none: this torch is built for the CPU"
        raise NoGpuError(f"no GPU: torch {torch.__version__} (CUDA {built}) sees no device; --device cpu computes without")
    return torch.device(choice)


def describe_device(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
