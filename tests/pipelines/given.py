"""Small settings, repositories and runs for tests of the pipeline."""

from pathlib import Path

from models.settings import Settings, SettingsFile


def settings(
    folder: Path = Path("/nowhere"), *, time_zone: str = "UTC", **tables: object
) -> Settings:
    """Settings of a made-up company; `tables` are further tables of the file."""
    data = {"company": {"name": "Made up", "time_zone": time_zone}, **tables}
    file = SettingsFile.model_validate(data)
    storage = {"root": str(folder / "var"), "lake": str(folder / "var" / "lake")}
    held = file.model_copy(update={"storage": file.storage.model_copy(update=storage)})
    return Settings(**held.__dict__, folder=str(folder), secrets={})
