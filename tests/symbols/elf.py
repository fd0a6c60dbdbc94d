# SPDX-License-Identifier: MIT
"""What the symbol tests ask of the shared object, of its parts, and of libc."""
import glob
import os
import re
import subprocess
import sys

REPO = os.environ.get("REPO", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
LIBRARY = os.environ.get("UNSTALE_LIB", os.path.join(REPO, "build", "libunstale.so"))


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def interposed():
    """The names of the one list, in its order."""
    with open(os.path.join(REPO, "shim", "base", "interposed.h"), encoding="utf-8") as file:
        body = file.read().split("#define UNSTALE_INTERPOSED(X)", 1)[1]
    return re.findall(r"\bX\((\w+),", body)


def interposed_openssl():
    """The same for OpenSSL's list."""
    with open(os.path.join(REPO, "shim", "base", "openssl_list.h"), encoding="utf-8") as file:
        body = file.read().split("#define UNSTALE_INTERPOSED_OPENSSL(X)", 1)[1]
    return re.findall(r"\bX\((\w+),", body.split("#define", 1)[0])


def dynamic_symbols(path):
    """(name, version, kind, defined) of each dynamic symbol; the version is "" if there is none."""
    for line in run("readelf", "-W", "--dyn-syms", path).splitlines():
        fields = line.split()
        if len(fields) < 8 or not fields[0].rstrip(":").isdigit():
            continue
        name, _, version = fields[7].partition("@")
        yield name, version.lstrip("@"), fields[3], fields[6] != "UND"


def objects():
    """Our own object files. llhttp and inih are not ours."""
    found = glob.glob(os.path.join(REPO, "build", "shim", "*", "*.o"))
    if not found:
        sys.exit("there are no objects in build/shim; run make first")
    return found


def undefined(path):
    """What an object file wants from elsewhere, without versions."""
    return {line.split()[-1].split("@")[0] for line in run("nm", "-u", path).splitlines()}


def libc():
    for line in run("ldd", LIBRARY).splitlines():
        if "libc.so.6" in line:
            return line.split("=>")[1].split()[0]
    sys.exit("ldd finds no libc.so.6")


def instructions(name):
    """The disassembly of one exported function: mnemonic and operands, a pair each."""
    text = run("objdump", "-d", "--no-show-raw-insn", f"--disassemble={name}", LIBRARY)
    found = re.findall(r"^\s*[0-9a-f]+:\s+(\S+)[ \t]*(.*)$", text, re.MULTILINE)
    if not found:
        sys.exit(f"there is no code of {name}")
    return found


def finish(mistakes):
    """Prints the mistakes and ends the test."""
    for mistake in mistakes:
        print(mistake)
    sys.exit(1 if mistakes else 0)
