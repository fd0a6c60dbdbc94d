# SPDX-License-Identifier: MIT
"""Debian source packages, fetched with apt-get.

The system's own configuration is left as it is: its list of archives is copied with the type
changed to deb-src, and apt-get is pointed to the copy and to state of its own.
"""
import glob
import os
import re
import subprocess

from .process import must

SYSTEM_LISTS = ["/etc/apt/sources.list"] + sorted(
    glob.glob("/etc/apt/sources.list.d/debian*.sources"))


def _as_source_list(text):
    text = re.sub(r"^Types:.*$", "Types: deb-src", text, flags=re.MULTILINE)
    return re.sub(r"^deb(?=\s)", "deb-src", text, flags=re.MULTILINE)


def _write_lists(folder):
    for path in filter(os.path.exists, SYSTEM_LISTS):
        suffix = ".sources" if path.endswith(".sources") else ".list"
        with open(path, encoding="utf-8") as file:
            text = _as_source_list(file.read())
        with open(os.path.join(folder, "system" + suffix), "w", encoding="utf-8") as file:
            file.write(text)


def _options(state):
    parts, lists, cache = (os.path.join(state, name) for name in ("parts", "lists", "cache"))
    for folder in (parts, os.path.join(lists, "partial"),
                   os.path.join(cache, "archives", "partial")):
        os.makedirs(folder, exist_ok=True)
    _write_lists(parts)
    settings = {"Dir::Etc::SourceList": "/dev/null", "Dir::Etc::SourceParts": parts,
                "Dir::State::Lists": lists, "Dir::Cache": cache, "APT::Sandbox::User": "root"}
    return ["-o%s=%s" % pair for pair in settings.items()]


def _unpacked(folder, package):
    found = [path for path in glob.glob(os.path.join(folder, package + "-*"))
             if os.path.isdir(path)]
    return found[0] if found else None


def fetch(package, root):
    """The folder of the unpacked sources, with Debian's patches. Fetched once."""
    folder = os.path.join(root, "sources")
    os.makedirs(folder, exist_ok=True)
    if not _unpacked(folder, package):
        log = os.path.join(root, "apt.log")
        options = _options(os.path.join(root, "apt"))
        must(["apt-get", *options, "update"], folder, log)
        must(["apt-get", *options, "source", "--only-source", package], folder, log)
    return _unpacked(folder, package)


def version(unpacked):
    """Debian's version of the unpacked sources."""
    done = subprocess.run(["dpkg-parsechangelog", "-S", "Version"], cwd=unpacked, check=True,
                          stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def installed_version(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], check=True,
                          stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
