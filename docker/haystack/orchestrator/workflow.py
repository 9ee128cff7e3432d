"""The workflow as a graph: prepare, cluster, rank, store."""

from typing import Any, TypedDict

import anndata
from langgraph.graph import END, START, StateGraph

from orchestrator import analysis
from orchestrator.services import Services
from orchestrator.synthetic import make_counts


class State(TypedDict, total=False):
    dataset: str
    cells: int
    seed: int
    data: anndata.AnnData
    markers: dict[str, list[str]]


def prepare(state: State) -> State:
    data = make_counts(state["cells"], state["seed"])
    analysis.normalise(data)
    return {"data": data}


def cluster(state: State) -> State:
    analysis.embed(state["data"])
    analysis.cluster(state["data"])
    return {"data": state["data"]}


def rank(state: State) -> State:
    return {"markers": analysis.rank(state["data"])}


def build_workflow(services: Services) -> Any:
    """Return the compiled graph; it is given `dataset`, `cells` and `seed`, and ends with `data` and `markers`."""

    async def store(state: State) -> State:
        data = state["data"]
        cells = [(str(barcode), row.tolist()) for barcode, row in zip(data.obs_names, data.obsm["X_pca"], strict=True)]
        await services.store_cells(state["dataset"], "synthetic", cells)
        return {}

    graph = StateGraph(State)
    steps = {"prepare": prepare, "cluster": cluster, "rank": rank, "store": store}
    before = START
    for name, step in steps.items():
        graph.add_node(name, step)
        graph.add_edge(before, name)
        before = name
    graph.add_edge(before, END)
    return graph.compile()
