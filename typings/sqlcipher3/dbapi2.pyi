"""What this project uses of sqlcipher3 0.6: the standard library's sqlite3 with a key, and without its newest methods.

The errors are classes of their own at run time: catching ``sqlite3.OperationalError`` would miss them.
"""

import sqlite3
from collections.abc import Callable, Iterable
from sqlite3 import _IsolationLevel, _Parameters
from typing import Any, overload

apilevel: str
paramstyle: str
threadsafety: int
sqlite_version: str
sqlite_version_info: tuple[int, int, int]

PARSE_COLNAMES: int
PARSE_DECLTYPES: int
SQLITE_DENY: int
SQLITE_IGNORE: int
SQLITE_OK: int
SQLITE_OPEN_CREATE: int
SQLITE_OPEN_FULLMUTEX: int
SQLITE_OPEN_MEMORY: int
SQLITE_OPEN_NOMUTEX: int
SQLITE_OPEN_PRIVATECACHE: int
SQLITE_OPEN_READONLY: int
SQLITE_OPEN_READWRITE: int
SQLITE_OPEN_SHAREDCACHE: int
SQLITE_OPEN_URI: int

class Warning(Exception): ...

class Error(Exception):
    sqlite_errorcode: int
    sqlite_errorname: str

class InterfaceError(Error): ...
class DatabaseError(Error): ...
class DataError(DatabaseError): ...
class IntegrityError(DatabaseError): ...
class InternalError(DatabaseError): ...
class NotSupportedError(DatabaseError): ...
class OperationalError(DatabaseError): ...
class ProgrammingError(DatabaseError): ...


class Row(sqlite3.Row): ...

class Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: _Parameters = ..., /) -> Cursor: ...
    def executemany(self, sql: str, seq_of_parameters: Iterable[_Parameters], /) -> Cursor: ...
    def executescript(self, sql_script: str, /) -> Cursor: ...
    @property
    def connection(self) -> Connection: ...

class Connection(sqlite3.Connection):
    def __init__(
        self,
        database: str | bytes,
        timeout: float = 5.0,
        detect_types: int = 0,
        isolation_level: _IsolationLevel = "DEFERRED",
        check_same_thread: bool = True,
        factory: type[Connection] | None = ...,
        cached_statements: int = 128,
        uri: bool = False,
        flags: int = ...,
        vfs: str | None = None,
    ) -> None: ...
    def execute(self, sql: str, parameters: _Parameters = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[_Parameters], /) -> Cursor: ...
    def executescript(self, sql_script: str, /) -> Cursor: ...
    @overload
    def cursor(self, factory: None = None) -> Cursor: ...
    @overload
    def cursor[CursorT: sqlite3.Cursor](self, factory: Callable[[sqlite3.Connection], CursorT]) -> CursorT: ...
    def set_key(self, key: str) -> None: ...
    def reset_key(self, key: str) -> None: ...
    def set_busy_timeout(self, seconds: float) -> None: ...

def connect(
    database: Any,
    timeout: float = 5.0,
    detect_types: int = 0,
    isolation_level: _IsolationLevel = "DEFERRED",
    check_same_thread: bool = True,
    factory: type[Connection] | None = ...,
    cached_statements: int = 128,
    uri: bool = False,
    flags: int = ...,
    vfs: str | None = None,
) -> Connection: ...
def complete_statement(sql: str) -> bool: ...
def enable_callback_tracebacks(enable: bool, /) -> None: ...
def register_adapter(type: type[Any], adapter: Callable[[Any], Any], /) -> None: ...
def register_converter(typename: str, converter: Callable[[bytes], Any], /) -> None: ...
