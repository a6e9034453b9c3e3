"""How commands are declared: the options that all of them take, and the kinds of values."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from ranger_app.cli.desk import Desk
from ranger_app.paths import is_special

Command = TypeVar("Command", bound=Callable[..., Any])


class FilePath(click.ParamType[Path]):
    """A path, made absolute where it is read, so that every answer has it so; whether it exists is asked later.

    Pipes and devices are refused here, unless the command itself refuses each of its files.
    """

    name = "path"

    def __init__(self, *, may_be_special: bool = False) -> None:
        self._may_be_special = may_be_special

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value):
            self.fail("a path is needed", param, ctx)
        path = Path(os.path.abspath(value))
        if not self._may_be_special and is_special(path):
            from ranger_app.importers.gpx_problems import FileNotRegularError

            raise FileNotRegularError(str(path))
        return path


class Day(click.ParamType[dt.date]):
    """A calendar day, ISO 8601."""

    name = "yyyy-mm-dd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a day such as 2026-03-04", param, ctx)


class Kilometres(click.FloatRange):
    """A length that can be a side or a radius on a map; ``nan`` lies within every range of click's."""

    name = "km"

    def __init__(self) -> None:
        super().__init__(0.1, 200.0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        length: float = super().convert(value, param, ctx)
        if math.isnan(length):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return length


PATH = FilePath()
TRACKS = FilePath(may_be_special=True)
DAY = Day()
KILOMETRES = Kilometres()


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def remember(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        desk = ctx.find_object(Desk)
        if desk is not None and value:
            setattr(desk, name, value)

    return remember


def _shared() -> tuple[click.Option, ...]:
    """Options that are understood before the command's name and after it."""
    return (
        click.Option(
            ["--station"], type=PATH, metavar="DIR", expose_value=False, callback=_remember("station"),
            help="Folder of the station; or RANGER_STATION.",
        ),
        click.Option(
            ["--officer"], metavar="ID", expose_value=False, callback=_remember("officer"),
            help="Who acts; or RANGER_OFFICER. Without it, the officer chosen last on this laptop.",
        ),
        click.Option(
            ["--json", "is_json"], is_flag=True, expose_value=False, callback=_remember("is_json"),
            help="Answer one JSON document on standard output.",
        ),
    )  # fmt: skip


def _with_shared(params: list[click.Parameter]) -> list[click.Parameter]:
    """Add the shared options, but none that the command has an option of its own for."""
    taken = {name for param in params for name in param.opts}
    return [*params, *(option for option in _shared() if not taken & set(option.opts))]


class Act(click.Command):
    """One command."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = _with_shared(self.params)


class Family(click.Group):
    """Commands of one kind, such as those about patrols.

    Args:
        later: Name of a command to ``module:name`` of what is loaded when somebody asks for it; the window starts
            through this program too and needs none of them.
    """

    command_class = Act
    group_class = type

    def __init__(self, *args: Any, later: Mapping[str, str] | None = None, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = _with_shared(self.params)
        self._later = dict(later or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._later})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._later:
            module, name = self._later.pop(cmd_name).split(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)
