"""A Spark cluster on loopback from the package ``pyspark``: a master, two workers and the server that takes SQL."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.servers import Unavailable, find, folder, free_port, serving

_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
_SETTINGS = """\
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.driver.memory 1g
spark.executor.memory 1g
spark.executor.cores 1
spark.sql.shuffle.partitions 2
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.sql.warehouse.dir {home}/warehouse
spark.sql.catalogImplementation in-memory
spark.ui.enabled false
"""
_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the address for SQL, and how one of its two workers is stopped for good."""

    address: str
    kill_worker: Callable[[], None]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a cluster. Raises :class:`Unavailable` where it cannot be had."""
    found = importlib.util.find_spec("pyspark")
    if found is None or not found.submodule_search_locations:
        raise Unavailable("the Python package 'pyspark' is not installed")
    home_of_spark, java = Path(found.submodule_search_locations[0]), Path(find("java")).resolve()
    master, sql = free_port(), free_port()
    with folder(None) as home, ExitStack() as stack:
        (home / "conf").mkdir()
        (home / "conf/spark-defaults.conf").write_text(_SETTINGS.format(home=home))
        (home / "conf/log4j2.properties").write_text(_LOGGING)
        environment = {
            "SPARK_HOME": str(home_of_spark),
            "SPARK_CONF_DIR": str(home / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(home / "local"),
            "JAVA_HOME": str(java.parents[1]),
            "SPARK_DAEMON_MEMORY": "256m",
        }
        run = str(home_of_spark / "bin/spark-class")
        place = f"spark://127.0.0.1:{master}"
        words = [run, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(master)]
        stack.enter_context(
            serving([*words, "--webui-port", "0"], None, home, _listens(master), environment=environment)
        )
        workers = []
        for number in (1, 2):
            own = [
                run,
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--cores",
                "1",
                "--memory",
                "1g",
            ]
            own += ["--work-dir", str(home / f"work{number}"), "--webui-port", "0", place]
            worker = stack.enter_context(serving(own, None, home, lambda: True, environment=environment))
            workers.append(worker)
        submit = [str(home_of_spark / "bin/spark-submit"), "--class", _SERVER, "--master", place, "spark-internal"]
        for name, value in {"bind.host": "127.0.0.1", "port": str(sql)}.items():
            submit += ["--hiveconf", f"hive.server2.thrift.{name}={value}"]
        submit += ["--hiveconf", "hive.server2.authentication=NOSASL"]
        large = {**environment, "SPARK_DAEMON_MEMORY": "1g"}
        stack.enter_context(serving(submit, None, home, _listens(sql), environment=large, patience=180))
        yield Cluster(f"127.0.0.1:{sql}", workers[0].kill)


def _listens(port: int) -> Callable[[], bool]:
    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return answers
