"""Where the commands find the store when they are not told: where the service's own settings say.

A command that looked elsewhere would save, hand over or erase the wrong shop's data without anybody noticing.
"""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

DATA = Path("var")  # where `make run` keeps everything
DOTENV_SETTING = "KOTHA_DOTENV"


@dataclass(frozen=True)
class Place:
    """A database and the folder of customers' files."""

    database: str
    attachments: Path


def find_place() -> Place:
    """What KOTHA_DATABASE_URL and KOTHA_DATA_DIR say, in the environment or .env."""
    return place_of_settings({**read_dotenv(), **os.environ})


def dotenv_file() -> Path | None:
    """`.env` where the program runs, or what KOTHA_DOTENV names; none when that is empty.

    Services that are started to be tested or measured must not find a shop's real bots and mail server there.
    """
    named = os.environ.get(DOTENV_SETTING, ".env")
    return Path(named) if named else None


def read_dotenv(folder: Path = Path()) -> dict[str, str]:
    """The settings of that file; relative to `folder`."""
    file = dotenv_file()
    lines = dotenv_values(folder / file) if file else {}
    return {name: value for name, value in lines.items() if value is not None}


def place_of_settings(given: Mapping[str, str | None]) -> Place:
    """The same rule as the gateway's: the database is in the data folder unless it is named."""
    folder = Path(given.get("KOTHA_DATA_DIR") or DATA)
    return Place(given.get("KOTHA_DATABASE_URL") or database_in(folder), folder / "attachments")


def database_in(folder: Path) -> str:
    """The URL of a data folder's own database."""
    return f"sqlite:///{folder / 'kotha.sqlite3'}"


def add_place(parser: argparse.ArgumentParser) -> None:
    """`--database` and `--attachments`, for a store that is somewhere else."""
    place = find_place()
    parser.add_argument(
        "--database", default=place.database, metavar="URL", help="instead of KOTHA_DATABASE_URL"
    )
    parser.add_argument(
        "--attachments",
        type=Path,
        default=place.attachments,
        metavar="FOLDER",
        help="instead of attachments in KOTHA_DATA_DIR",
    )


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":***@") if password else url
