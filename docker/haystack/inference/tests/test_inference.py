import json
from pathlib import Path

import anndata
import numpy as np
import pytest
import torch

from inference.device import NoGpuError, choose_device
from inference.model import WEIGHTS, load_encoder, write_weights
from inference.run_inference import embed, parse_arguments, read_counts, run
from inference.sample import make_sample

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "sample.h5ad"
CPU = torch.device("cpu")


@pytest.fixture(scope="module", autouse=True)
def weights() -> None:
    if not WEIGHTS.exists():
        write_weights(WEIGHTS)


def test_the_weights_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    write_weights(tmp_path / "a.npz")
    write_weights(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_cells_of_one_population_lie_together() -> None:
    data = make_sample()
    embedding = embed(load_encoder(CPU), read_counts(data), CPU)
    population = data.obs["population"].cat.codes.to_numpy()
    centres = np.stack([embedding[population == index].mean(axis=0) for index in range(3)])
    nearest = np.linalg.norm(embedding[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == population).mean() > 0.95


def test_passes_repeat_the_work_and_keep_the_result() -> None:
    encoder, counts = load_encoder(CPU), read_counts(make_sample())
    np.testing.assert_array_equal(embed(encoder, counts, CPU), embed(encoder, counts, CPU, passes=3))


def test_a_run_writes_the_embedding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.h5ad"
    assert run(parse_arguments(["--input", str(SAMPLE), "--output", str(output), "--device", "cpu"])) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == 200
    assert anndata.read_h5ad(output).obsm["X_haystack"].shape == (200, 8)


@pytest.mark.parametrize("change", [lambda data: data[:, :10], lambda data: data[:0]])
def test_another_shape_is_refused(change, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.h5ad"
    change(make_sample()).copy().write_h5ad(file)
    assert run(parse_arguments(["--input", str(file), "--device", "cpu"])) == 1
    assert "200 genes" in capsys.readouterr().err


def test_negative_counts_are_refused() -> None:
    data = make_sample()
    data.X = data.X * -1
    with pytest.raises(ValueError, match="not negative"):
        read_counts(data)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_said() -> None:
    assert choose_device("auto") == CPU
    with pytest.raises(NoGpuError, match="--device cpu"):
        choose_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_gpu_computes_what_the_cpu_computes() -> None:
    counts, gpu = read_counts(make_sample()), torch.device("cuda")
    on_gpu, on_cpu = embed(load_encoder(gpu), counts, gpu), embed(load_encoder(CPU), counts, CPU)
    np.testing.assert_allclose(on_gpu, on_cpu, rtol=1e-2, atol=1e-3)
