#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The verdict's object code calls nothing and keeps nothing: no undefined symbol, no variable."""
import glob
import os
import re
import subprocess

import source

# Of a constant table of strings only the addresses are filled in, before anything of ours runs.
HARMLESS = r"\.text\S*|\.rodata\S*|\.data\.rel\.ro\S*|\.note\S*|\.debug\S*|\.comment|\.eh_frame|\*ABS\*"

mistakes = []
objects = glob.glob(os.path.join(source.REPO, "build", "shim", "verdict", "*.o"))
if not objects:
    mistakes.append("there are no objects in build/shim/verdict; run make first")
for path in objects:
    listing = subprocess.run(["objdump", "-t", path], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    for line in listing.splitlines():
        fields = line.split()
        if not re.match(r"[0-9a-f]{16} ", line) or fields[-1] == "_GLOBAL_OFFSET_TABLE_":
            continue
        section = line[17:].split("\t")[0].split()[-1]
        is_section_itself = fields[-1] == section
        if not re.fullmatch(HARMLESS, section) and not is_section_itself:
            mistakes.append(f"{os.path.basename(path)}: {fields[-1]} is used or kept ({section})")
source.finish(mistakes)
