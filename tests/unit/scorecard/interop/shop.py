"""A shop's semantic layer in MetricFlow's older spelling, and how tests import it."""

from __future__ import annotations

from pathlib import Path

from scorecard.definition import Definition
from scorecard.interop.metricflow import convert
from scorecard.interop.notes import Converted
from scorecard.interop.writing import document
from scorecard.loader import load

LEGACY = """\
semantic_models:
  - name: orders
    description: One row an order.
    model: ref('fct_orders')
    defaults: {agg_time_dimension: ordered_at}
    entities:
      - {name: order, type: primary, expr: order_id}
      - {name: customer, type: foreign, expr: customer_id}
      - {name: agent, type: foreign, expr: agent_id}
      - {name: listing, type: foreign, expr: listing_id}
    dimensions:
      - {name: ordered_at, type: time, type_params: {time_granularity: day}}
      - {name: paid_at, type: time, type_params: {time_granularity: day}}
      - {name: status, type: categorical, label: Status}
      - {name: is_bulk, type: categorical, expr: "case when quantity > 10 then true else false end"}
      - {name: month, type: categorical, expr: "date_trunc('month', ordered_at)"}
      - {name: templated, type: categorical, expr: "{{ something }}"}
    measures:
      - {name: order_count, agg: sum, expr: 1}
      - {name: revenue, agg: sum, expr: amount, description: Money in.}
      - {name: paid, agg: sum, expr: amount, agg_time_dimension: paid_at}
      - {name: buyers, agg: count_distinct, expr: customer_id}
      - {name: slowest, agg: percentile, expr: hours, agg_params: {percentile: 0.95, use_discrete_percentile: true}}
      - {name: bulk, agg: sum_boolean, expr: is_bulk}
      - name: backlog
        agg: sum
        expr: open_items
        non_additive_dimension: {name: ordered_at, window_choice: max, window_groupings: [customer]}
  - name: listings
    model: ref('dim_listings', v=2)
    entities: [{name: listing, type: primary, expr: listing_id}]
    dimensions: [{name: is_lux, type: categorical}]
"""
METRICS = """\
metrics:
  - {name: order_count, type: simple, label: Orders, type_params: {measure: order_count}}
  - {name: revenue_total, type: simple, type_params: {measure: revenue}}
  - name: bulk_orders
    type: simple
    filter: |
      {{ Dimension('order__is_bulk') }} = True and {{ TimeDimension('metric_time', 'day') }} >= '2026-01-01'
    type_params:
      measure:
        name: order_count
        fill_nulls_with: 0
        join_to_timespine: true
        filter: "{{ Entity('customer') }} is not null"
  - name: dear_orders
    type: simple
    filter: "{{ Dimension('listing__opened') }} > 3"
    type_params: {measure: order_count}
  - {name: lux_orders, type: simple, filter: "{{ Dimension('listing__is_lux') }}", type_params: {measure: order_count}}
  - {name: lux_share, type: ratio, type_params: {numerator: lux_orders, denominator: order_count}}
  - name: value
    type: ratio
    filter: "{{ Dimension('order__status') }} <> 'void'"
    type_params: {numerator: revenue_total, denominator: {name: order_count, alias: n}}
  - {name: per_buyer, type: ratio, type_params: {numerator: revenue_total, denominator: order_count}}
  - name: growth
    type: derived
    type_params:
      expr: (revenue_total - before) / before
      metrics:
        - revenue_total
        - name: revenue_total
          alias: before
          offset_window: 1 month
          filter: "{{ Dimension('order__status') }} = 'ok'"
  - name: since_month_start
    type: derived
    type_params: {expr: a, metrics: [{name: revenue_total, alias: a, offset_to_grain: month}]}
  - {name: paid_to_date, type: cumulative, type_params: {measure: paid, cumulative_type_params: {grain_to_date: month}}}
  - name: last_28
    type: cumulative
    type_params: {measure: {name: revenue, filter: "{{ Dimension('order__status') }} = 'ok'"}, window: 28 days}
  - {name: sold, type: simple, type_params: {measure: {name: revenue, fill_nulls_with: 0, join_to_timespine: true}}}
  - {name: bulk_filled, type: simple, type_params: {measure: {name: bulk, fill_nulls_with: -1.5}}}
  - name: growth_filled
    type: derived
    type_params: {expr: sold - before, metrics: [sold, {name: sold, alias: before, offset_window: 1 day}]}
  - name: last_2_filled
    type: cumulative
    type_params: {measure: {name: buyers, fill_nulls_with: 0, join_to_timespine: true}, window: 2 days}
  - {name: open_total, type: simple, type_params: {measure: backlog}}
  - name: open_share
    type: ratio
    type_params:
      numerator: {name: open_total, filter: "{{ Dimension('order__status') }} = 'ok'"}
      denominator: open_total
  - name: converted_ok
    type: conversion
    filter: "{{ Dimension('order__status') }} = 'ok'"
    type_params:
      conversion_type_params:
        base_measure: order_count
        conversion_measure: {name: order_count, fill_nulls_with: 0, join_to_timespine: true}
        entity: agent
        window: 7 days
  - {name: ever, type: cumulative, type_params: {measure: revenue}}
  - name: converted
    type: conversion
    type_params:
      conversion_type_params:
        base_measure: order_count
        conversion_measure: bulk
        entity: customer
        window: 7 days
        constant_properties: [{base_property: status, conversion_property: status}]
saved_queries: [{name: weekly, query_params: {metrics: [order_count]}}]
"""


def made(folder: Path, **files: str) -> tuple[Definition, Converted]:
    """Import files, write the result as the command does, and load it as anybody would: it has no fault."""
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return loaded(folder, convert(folder))


def loaded(folder: Path, converted: Converted) -> tuple[Definition, Converted]:
    out = folder / "out"
    out.mkdir()
    (out / "scorecard.yaml").write_text(document(converted, ["Imported."]), encoding="utf-8")
    return load(out, {}).checked(), converted


def notes(converted: Converted) -> dict[str, str]:
    found: dict[str, str] = {}
    for note in converted.notes:
        found[note.subject] = (found[note.subject] + "; " if note.subject in found else "") + note.reason
    return found
