#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""errno belongs to the program. Inside, errors are negative numbers; only a door, and the raw calls
that stand in for libc's, write it."""
import re

import source

MAY = ("shim/doors/", "shim/base/raw.c", "shim/base/raw.h", "shim/base/early.c")

source.finish([f"{path}:{number}: sets errno: {line.strip()}"
               for path in source.shim() if not path.startswith(MAY)
               for number, line in enumerate(source.lines(path), 1)
               if re.search(r"\berrno\s*=[^=]", line)])
