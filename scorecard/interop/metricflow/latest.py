"""dbt's newer spelling, where a semantic model is part of a model and its columns, told in the older form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Words = Mapping[str, Any]

_SHARED = ("name", "type", "label", "description", "filter", "config", "meta", "metadata", "time_granularity")
_AGGREGATION = ("agg", "percentile", "percentile_type", "agg_time_dimension", "non_additive_dimension")
_CUMULATIVE = ("window", "grain_to_date", "period_agg")
_CONVERSION = (
    "entity", "calculation", "base_metric", "conversion_metric", "window", "constant_properties",
)  # fmt: skip


def is_semantic(model: Words) -> bool:
    """Whether a dbt model carries a semantic model."""
    said = model.get("semantic_model")
    return said is True or (isinstance(said, dict) and said.get("enabled", True) is not False)


def semantic_model(model: Words) -> dict[str, Any]:
    """The semantic model of a dbt model, in the older form."""
    said = model["semantic_model"] if isinstance(model["semantic_model"], dict) else {}
    config: Words = model["config"] if isinstance(model.get("config"), dict) else {}
    derived = model.get("derived_semantics") or {}
    columns: list[Words] = [column for column in model.get("columns") or () if isinstance(column, dict)]
    return {
        **{key: value for key, value in said.items() if key not in ("enabled", "name")},
        **{key: value for key, value in derived.items() if key not in ("dimensions", "entities")},
        "name": said.get("name") or model.get("name"),
        "description": model.get("description"),
        "node_relation": {"alias": config.get("alias") or model.get("name"), "schema_name": config.get("schema")},
        "defaults": {"agg_time_dimension": model.get("agg_time_dimension")},
        "primary_entity": model.get("primary_entity"),
        "entities": [*_of_columns(columns, "entity"), *(derived.get("entities") or ())],
        "dimensions": [
            *_of_columns(columns, "dimension"),
            *(_finished(part, part.get("granularity")) for part in derived.get("dimensions") or ()),
        ],
    }


def _of_columns(columns: list[Words], kind: str) -> Iterator[dict[str, Any]]:
    for column in columns:
        said = column.get(kind)
        if said is None:
            continue
        part = {"type": said} if isinstance(said, str) else dict(said)
        part = {"name": column.get("name"), "expr": column.get("name"), "description": column.get("description")} | part
        yield _finished(part, column.get("granularity")) if kind == "dimension" else part


def _finished(part: Words, granularity: str | None) -> dict[str, Any]:
    kept = {key: value for key, value in part.items() if key not in ("granularity", "validity_params")}
    params = {"time_granularity": granularity, "validity_params": part.get("validity_params")}
    return {**kept, "type_params": params} if any(params.values()) else kept


def metric(said: Words, model: str | None) -> dict[str, Any]:
    """A metric in the older form; ``model`` is the semantic model it stands in, if it stands in one."""
    if "type_params" in said or not isinstance(said.get("type", "simple"), str):
        return dict(said)
    kind = said.get("type", "simple").lower()
    taken, params = _READ.get(kind, _nothing)(said, model)
    left = {key: value for key, value in said.items() if key not in {*_SHARED, *taken}}
    shared = {key: said[key] for key in _SHARED if key in said}
    return {"type": "simple", **shared, **left, "type_params": params}


def _simple(said: Words, model: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    share = said.get("percentile")
    aggregation: dict[str, Any] = {
        "semantic_model": model,
        "agg": said.get("agg"),
        "agg_time_dimension": said.get("agg_time_dimension"),
        "non_additive_dimension": _balance(said.get("non_additive_dimension")),
    }
    if share is not None:
        discrete = said.get("percentile_type") == "discrete"
        aggregation["agg_params"] = {
            "percentile": share / 100 if isinstance(share, int | float) and share > 1 else share,
            "use_discrete_percentile": discrete,
        }
    rest = ("expr", "fill_nulls_with", "join_to_timespine")
    params = {"metric_aggregation_params": aggregation, **{key: said[key] for key in rest if key in said}}
    return (*_AGGREGATION, *rest), params


def _balance(said: Any) -> Any:
    """``window_agg`` and ``group_by`` are newer names of ``window_choice`` and ``window_groupings``."""
    names = {"window_agg": "window_choice", "group_by": "window_groupings"}
    return {names.get(key, key): value for key, value in said.items()} if isinstance(said, dict) else said


def _derived(said: Words, _model: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("expr", "input_metrics"), {"expr": said.get("expr"), "metrics": said.get("input_metrics")}


def _ratio(said: Words, _model: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("numerator", "denominator"), {key: said.get(key) for key in ("numerator", "denominator")}


def _cumulative(said: Words, _model: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    params = {key: said[key] for key in _CUMULATIVE if key in said} | {"metric": said.get("input_metric")}
    return (*_CUMULATIVE, "input_metric"), {"cumulative_type_params": params}


def _conversion(said: Words, _model: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    return _CONVERSION, {"conversion_type_params": {key: said[key] for key in _CONVERSION if key in said}}


def _nothing(_said: Words, _model: str | None) -> tuple[tuple[str, ...], dict[str, Any]]:
    return (), {}


_READ = {
    "simple": _simple,
    "derived": _derived,
    "ratio": _ratio,
    "cumulative": _cumulative,
    "conversion": _conversion,
}
