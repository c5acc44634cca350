"""What each engine does in its own way: one file an engine, one small interface."""

from __future__ import annotations

from metrics.dialects.base import Dialect
from metrics.dialects.clickhouse import ClickHouse
from metrics.dialects.duckdb import DuckDB
from metrics.dialects.mariadb import MariaDB
from metrics.dialects.postgresql import PostgreSQL
from metrics.dialects.spark import Spark
from metrics.dialects.sqlite import SQLite

DIALECTS: dict[str, type[Dialect]] = {
    dialect.name: dialect for dialect in (ClickHouse, DuckDB, MariaDB, PostgreSQL, Spark, SQLite)
}
"""Dialects by the name SQLAlchemy gives them."""

__all__ = ["DIALECTS", "Dialect"]
