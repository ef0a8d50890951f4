"""The hub on PostgreSQL: the same tables and the same unit of work, without change capture."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from sqlalchemy import URL, Engine, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from desktop.errors import ValidationError
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed
from desktop.models.audit import AuditEntry
from desktop.models.meta import Meta
from desktop.store import faults
from desktop.store.clock import HybridClock
from desktop.store.connection import BUSY_MILLISECONDS, WAIT_SECONDS, to_json
from desktop.store.identity import newer, taken
from desktop.store.migrations import PROGRAM, History
from desktop.store.schema import upgrade
from desktop.store.store import Store, WriteContext

_WRITER_LOCK = 0x4B59_0001  # every writer of a hub takes it: the audit chain has one end
_GUARD = f"""
CREATE FUNCTION kangyi_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {AuditEntry.__tablename__}
FOR EACH STATEMENT EXECUTE FUNCTION kangyi_refuse();
"""


def create_hub(url: str, password: str | None, facts: dict[str, str], history: History = PROGRAM) -> None:
    """Make schema, audit guard and `facts` in one transaction; a database that has tables is refused untouched.

    Raises ValidationError for a bad address, OperationalError not_ours or io_error.
    """
    assert_slow_work_allowed("create_postgres")
    with faults.in_plain_words(None), _engine(url, password).begin() as connection:
        if inspect(connection).get_table_names():
            raise taken(connection.engine.url.database or "")
        upgrade(connection, history)
        connection.exec_driver_sql(_GUARD)
        connection.execute(insert(Meta), [{"key": name, "value": value} for name, value in facts.items()])


def open_hub(url: str, password: str | None, history: History = PROGRAM) -> Store:
    """Open the hub after checking that the database is one of ours; an older schema is brought forward first.

    Raises ValidationError for a bad address, OperationalError not_ours, newer_database, in_use, io_error.
    """
    assert_slow_work_allowed("open_postgres")
    with faults.in_plain_words(None), _engine(url, password).begin() as connection:
        name = connection.engine.url.database or ""
        if _version(connection, name) > int(history.head):
            raise newer(name)
        upgrade(connection, history)
    writer = _engine(url, password, size=1)
    event.listen(writer, "begin", _take_turn)
    reader = _engine(url, password, size=3).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    hlc = HybridClock()
    return Store(writer, reader, WriteContext(hlc), hlc)


def _take_turn(connection: Connection) -> None:
    """Be the only writer of the hub until the end of the transaction, as BEGIN IMMEDIATE is on SQLCipher."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MILLISECONDS}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")


def _version(connection: Connection, name: str) -> int:
    """Return the number of the schema; a database without it, or without the facts of a hub, is not ours."""
    tables = inspect(connection).get_table_names()
    if not {"alembic_version", Meta.__tablename__} <= set(tables):
        raise faults.not_ours(name)
    if connection.scalar(select(Meta.value).where(Meta.key == "kind")) != "hub":
        raise faults.not_ours(name)
    return int(connection.scalar(text("SELECT version_num FROM alembic_version")) or 0)


def _engine(url: str, password: str | None, size: int = 0) -> Engine:
    """Return an engine that learns the password only when it connects, so that no address or repr can show it."""
    address = _address(url)
    _load_driver()
    pooled = {
        "pool_size": size,
        "max_overflow": 0 if size == 1 else 2,
        "pool_timeout": WAIT_SECONDS,
        "pool_pre_ping": True,
    }
    engine = create_engine(
        address, hide_parameters=True, json_serializer=to_json, **(pooled if size else {"poolclass": NullPool})
    )

    @event.listens_for(engine, "do_connect")
    def _add_password(_dialect: object, _record: object, _arguments: object, options: dict[str, object]) -> None:
        if password is not None:
            options["password"] = password

    return engine


def _load_driver() -> None:
    # The packaged Python has no ssl. psycopg imports it only to wake OpenSSL in time and uses nothing of it, so an
    # empty module serves; asyncio asks for ssl as well and must see, first, that there is none.
    try:
        import_module("ssl")
    except ImportError:
        import_module("asyncio")
        sys.modules["ssl"] = ModuleType("ssl")
        try:
            import_module("psycopg")
        finally:
            del sys.modules["ssl"]


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise _bad_address() from None  # the message of the library repeats the address
    if address.get_backend_name() != "postgresql" or address.password is not None or "password" in address.query:
        raise _bad_address()
    return address.set(drivername="postgresql+psycopg")


def _bad_address() -> ValidationError:
    return ValidationError(
        "bad_address",
        tr("数据库地址不对：应写成 postgresql://用户名@服务器/库名，其中不能写密码。"),
        tr("请把密码放进密码文件，地址里只留用户名。"),
        field="db",
    )
