"""Finding, reading and judging dottedline.toml; secrets from the environment and `.env`.

What may stand in it is in `models.settings`; how its faults are worded is in
`pipelines.settings_faults`.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError

from connectors import toml_lines
from models.settings import Settings, SettingsFile
from models.sources import GitSource, Source, secret_name
from pipelines import settings_faults
from pipelines.settings_faults import Text

NAME = "dottedline.toml"


class SettingsError(Exception):
    """Settings that cannot hold; `lines` has one line a fault, with file, line and remedy."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def load(config: Path | None, start: Path, environ: Mapping[str, str]) -> Settings:
    """The settings that hold, with absolute paths and secrets.

    `config` names the file; without it dottedline.toml is looked for in `start` and above.
    Relative paths in the file begin at its folder. Secrets come from `environ`, else from `.env`
    beside the file.

    Raises:
        SettingsError: no file, or faults in it: all of them, one line each; mend the lines named.
    """
    path = _found(config, start.absolute())
    text = _text(path)
    file = _checked(text)
    secrets = environment(path.parent, environ)
    missing = missing_secrets(file.sources, secrets, text)
    if missing:
        raise SettingsError(missing)
    return _settled(file, path, secrets)


def environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, and beneath it what `.env` in the folder of the settings adds.

    An empty variable is as none: it hides no filled one of `.env`.
    """
    added = dotenv_values(folder / ".env", interpolate=False)
    filled = {name: value for name, value in environ.items() if value.strip()}
    return {name: value for name, value in added.items() if value} | filled


def missing_secrets(sources: Iterable[Source], environ: Mapping[str, str], text: Text) -> list[str]:
    """One line for each secret that a source cannot do without and that is not set."""
    return [
        text.fault(
            ("sources", at),
            f"missing secret. Set {secret_name(source.name, part)} in the environment or .env",
        )
        for at, source in enumerate(sources)
        for part in source.secrets
        if not environ.get(secret_name(source.name, part), "").strip()
    ]


def _found(config: Path | None, start: Path) -> Path:
    if config is not None:
        path = start / config
        if not path.is_file():
            raise SettingsError([f"{config}: no such file. `dottedline init` writes one"])
        return path.absolute()
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    raise SettingsError(
        [f"{NAME}: not in {start} or above. `dottedline init` writes one; --config names another"]
    )


def _text(path: Path) -> Text:
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SettingsError([f"{path.name}:{number}: not UTF-8. Save the file as UTF-8"]) from None
    except OSError as error:
        raise SettingsError([f"{path.name}: cannot be read: {error.strerror}"]) from None
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([settings_faults.syntax(path.name, content, error)]) from None
    return Text(path.name, data, toml_lines.lines(content))


def _checked(text: Text) -> SettingsFile:
    secret = settings_faults.secrets(text)
    try:
        file = SettingsFile.model_validate(text.data)
    except ValidationError as error:
        raise SettingsError(settings_faults.all_of(error, text, secret)) from None
    if secret:
        raise SettingsError(settings_faults.ordered(secret.values()))
    return file


def _settled(file: SettingsFile, place: Path, environ: Mapping[str, str]) -> Settings:
    def absolute(path: str) -> str:
        if path.startswith("s3://"):
            return path
        return os.path.normpath(place.parent / Path(path).expanduser())

    root = absolute(file.storage.root)
    storage = {"root": root, "lake": absolute(file.storage.lake or f"{root}/lake")}
    sources = [
        source.model_copy(update={"paths": tuple(map(absolute, source.paths))})
        if isinstance(source, GitSource)
        else source
        for source in file.sources
    ]
    return Settings(
        **file.model_copy(
            update={
                "storage": file.storage.model_copy(update=storage),
                "org": file.org.model_copy(update={"directory": absolute(file.org.directory)}),
                "sources": tuple(sources),
            }
        ).__dict__,
        folder=str(place.parent),
        file_name=place.name,
        secrets={
            name: SecretStr(value)
            for name, value in environ.items()
            if name.startswith("DOTTEDLINE_") and value
        },
    )
