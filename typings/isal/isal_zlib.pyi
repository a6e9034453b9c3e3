"""The part of isal that we use; its own stub calls the exception an instance, which nobody could catch."""

from typing_extensions import Buffer

class error(Exception): ...  # noqa: N801

class _Decompressor:
    eof: bool
    unused_data: bytes
    def decompress(self, data: Buffer, max_length: int = ...) -> bytes: ...

def decompressobj(wbits: int = ...) -> _Decompressor: ...
