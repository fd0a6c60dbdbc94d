# SPDX-License-Identifier: MIT
"""The three settings in which every suite runs, and the library that the runs share.

The library is copied first: a `make` in the meantime must not change it under a running program.
"""
import os
import shutil
import subprocess

REPO = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BARE = "bare"
SETTINGS = {
    "auto": {},
    "harshest": {"UNSTALE_IDLE": "1ms", "UNSTALE_ACTION": "auto"},
}


class Settings:
    """Makes environments. `source` is the library, `folder` takes the copy."""

    def __init__(self, source, folder):
        self.library = os.path.join(folder, "libunstale.so")
        os.chmod(folder, 0o755)  # nobody must reach it
        shutil.copy(source, self.library)

    def environment(self, name):
        """A whole environment: nothing of the caller's own settings or preloads gets in."""
        result = {key: value for key, value in os.environ.items()
                  if not key.startswith("UNSTALE_") and key not in ("LD_PRELOAD", "PYTHONPATH")}
        result.update(LC_ALL="C.UTF-8", TZ="UTC")
        if name != BARE:
            result.update(SETTINGS[name], LD_PRELOAD=self.library)
        return result


def commit():
    """The commit that the library is of. UNSTALE_COMMIT states it for a library from elsewhere."""
    stated = os.environ.get("UNSTALE_COMMIT")
    if stated:
        return stated
    described = subprocess.run(["git", "-C", REPO, "describe", "--always", "--dirty"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               check=False)
    return described.stdout.strip() or "unknown"
