"""The engines cases run on: how each is started, emptied and filled."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from tests.engines.cluster import cluster
from tests.engines.programs import MARIADB, POSTGRESQL
from tests.engines.servers import Unavailable, find, folder, free_port, run, serving, user

ZONES = "/usr/share/zoneinfo"
CASE_ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
"""The zones that cases use: loading all of them takes MariaDB longer than the cases."""


class Database(ABC):
    """A running database. What writes to it is not what is tested: it has an engine of its own."""

    def __init__(self, url: str, writer: sa.Engine) -> None:
        self.url, self.writer = url, writer

    @abstractmethod
    def empty(self) -> None:
        """Throw away every table."""

    @abstractmethod
    def translated(self, statement: str) -> str:
        """A statement of a case as this engine writes it."""

    def fill(self, data: str) -> None:
        """Run the statements of a case in an empty database, translated."""
        self.fill_as_is(";".join(self.translated(statement) for statement in filter(str.strip, data.split(";"))))

    def fill_as_is(self, data: str) -> None:
        """Run statements of this engine's own in an empty database."""
        self.empty()
        with self.writer.connect() as connection:
            for statement in filter(str.strip, data.split(";")):
                connection.exec_driver_sql(self.placed(statement.strip()).replace("%", "%%"))

    def placed(self, statement: str) -> str:
        """A statement as it must be where the writer is in another database."""
        return statement


class PostgreSQL(Database):
    """PostgreSQL from the system's programs."""

    def empty(self) -> None:
        """Make the schema anew."""
        with self.writer.connect() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")

    def translated(self, statement: str) -> str:
        """Only DOUBLE has another name."""
        return re.sub(r"\bDOUBLE\b(?! PRECISION)", "DOUBLE PRECISION", statement)


@contextmanager
def postgresql() -> Iterator[Database]:
    """Start PostgreSQL. Raises :class:`Unavailable` where it cannot be had."""
    _needs("psycopg")
    initdb, server = map(find, POSTGRESQL)
    owner, port = user("postgres"), free_port()
    url = f"postgresql+psycopg://keeper@127.0.0.1:{port}/postgres"
    with folder(owner) as home:
        data = str(home / "data")
        options = [
            "-U",
            "keeper",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--no-sync",
        ]
        run([initdb, "-D", data, *options], owner, home)
        command = [server, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", str(home), "-F"]
        writer = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with serving(command, owner, home, lambda: _answers(writer)):
            yield PostgreSQL(url, writer)
            writer.dispose()


class MariaDB(Database):
    """MariaDB from the system's programs."""

    def empty(self) -> None:
        """Make the database anew."""
        with self.writer.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE facts")
            connection.exec_driver_sql("CREATE DATABASE facts CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
            connection.exec_driver_sql("USE facts")

    def translated(self, statement: str) -> str:
        """A TIMESTAMP is in UTC there and a DATETIME local; its literals have no offsets but escapes."""
        moment = r"'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z))'"
        local = re.sub(moment, lambda found: f"'{_in_utc(found[1])}'", statement).replace("\\", "\\\\")
        kinds = {"TIMESTAMP": "DATETIME(6)", "TIMESTAMPTZ": "TIMESTAMP(6) NULL"}
        return re.sub(r"\bTIMESTAMP(?:TZ)?\b", lambda found: kinds[found[0]], local)


def _in_utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None).isoformat(" ")


@contextmanager
def mariadb() -> Iterator[Database]:
    """Start MariaDB, with the time zones that cases use. Raises :class:`Unavailable` where it cannot be had."""
    _needs("pymysql")
    install, server, client, zones = map(find, MARIADB)
    owner, port = user("mysql"), free_port()
    url = f"mariadb+pymysql://root@127.0.0.1:{port}"
    with folder(owner) as home:
        socket, data = f"--socket={home}/socket", f"--datadir={home}/data"
        run([install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"], owner, home)
        command = [server, "--no-defaults", data, f"--port={port}", "--bind-address=127.0.0.1", socket]
        writer = sa.create_engine(f"{url}/?charset=utf8mb4", isolation_level="AUTOCOMMIT", poolclass=sa.StaticPool)
        with serving(command, owner, home, lambda: _answers(writer)):
            every = " ".join(f"{zones} {ZONES}/{zone} {zone};" for zone in CASE_ZONES)
            load = f"{{ {every} }} | {client} --no-defaults --user=root {socket} mysql"
            run(["/bin/sh", "-c", load], owner, home)
            with writer.connect() as connection:
                connection.exec_driver_sql("CREATE DATABASE facts")
            yield MariaDB(f"{url}/facts", writer)
            writer.dispose()


class ClickHouse(Database):
    """ClickHouse inside this process."""

    def empty(self) -> None:
        """Make the database anew."""
        with self.writer.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS facts")
            connection.exec_driver_sql("CREATE DATABASE facts")

    def translated(self, statement: str) -> str:
        """A time with a zone holds instants, one without is local; a plain Date begins in 1970."""
        kinds = {"TIMESTAMP": "DateTime64(6)", "TIMESTAMPTZ": "DateTime64(6, 'UTC')", "DATE": "Date32"}
        return re.sub(r"\b(?:TIMESTAMP(?:TZ)?|DATE)\b", lambda found: kinds[found[0]], statement)

    def placed(self, statement: str) -> str:
        """Tables name their database and their engine."""
        words = re.sub(r"^(CREATE TABLE|INSERT INTO) (\w+)", r"\1 facts.\2", statement)
        return f"{words} ENGINE = Memory" if words.startswith("CREATE") else words


@contextmanager
def clickhouse() -> Iterator[Database]:
    """Open ClickHouse. Raises :class:`Unavailable` where it cannot be had."""
    _needs("clickhouse_connect")
    _needs("chdb")
    with folder(None) as home:
        url = f"clickhousedb:///facts?interface=chdb&path={home}/data"
        settings = {"data_type_default_nullable": "1", "date_time_input_format": "best_effort"}
        writer = sa.create_engine(sa.make_url(url).set(database="default").update_query_dict(settings))
        yield ClickHouse(url, writer)
        writer.dispose()


class Spark(Database):
    """Spark on a cluster of two workers."""

    def __init__(self, url: str, writer: sa.Engine, kill_worker: Callable[[], None]) -> None:
        super().__init__(url, writer)
        self.kill_worker = kill_worker

    def empty(self) -> None:
        """Make the database anew."""
        with self.writer.connect() as connection:
            for words in ("DROP DATABASE IF EXISTS facts CASCADE", "CREATE DATABASE facts", "USE facts"):
                connection.exec_driver_sql(words)

    def translated(self, statement: str) -> str:
        """A TIMESTAMP is an instant there, and a backslash escapes."""
        kinds = {"TIMESTAMP": "TIMESTAMP_NTZ", "TIMESTAMPTZ": "TIMESTAMP", "TEXT": "STRING"}
        words = re.sub(r"\b(?:TIMESTAMP(?:TZ)?|TEXT)\b", lambda found: kinds[found[0]], statement)
        return words.replace("\\", "\\\\")


@contextmanager
def spark() -> Iterator[Database]:
    """Start a Spark cluster. Raises :class:`Unavailable` where it cannot be had."""
    _needs("pyhive")
    with cluster() as running:
        url = f"spark://{running.address}/default?auth=NOSASL"
        writer = sa.create_engine(url, poolclass=sa.StaticPool)
        writer.dialect.do_execute = lambda cursor, words, *_: cursor.execute(words.replace("%%", "%"))  # type: ignore[method-assign]  # it writes
        with writer.connect() as connection:
            for setting in ("storeAssignmentPolicy=LEGACY", "ansi.enabled=false", "session.timeZone=UTC"):
                connection.exec_driver_sql(f"SET spark.sql.{setting}")
            connection.exec_driver_sql("CREATE DATABASE facts")
        yield Spark(url.replace("/default", "/facts"), writer, running.kill_worker)
        writer.dispose()


def _needs(module: str) -> None:
    try:
        __import__(module)
    except ImportError as error:
        raise Unavailable(f"the Python package {module!r} is not installed") from error


def _answers(engine: sa.Engine) -> bool:
    try:
        with engine.connect():
            return True
    except sa.exc.DBAPIError:
        return False


STARTERS: Mapping[str, Callable[[], AbstractContextManager[Database]]] = {
    "postgresql": postgresql,
    "mariadb": mariadb,
    "clickhouse": clickhouse,
    "spark": spark,
}
"""Engines by their name."""
