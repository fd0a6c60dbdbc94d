#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The shared object never ends its host, starts no thread and no process, and its own code uses
neither heap nor stdio (async-signal safety) and never calls an interposed function by its name, which
would come back in through the front door."""
import os
import re

import elf

# Of the library as a whole, inih and llhttp included.
DEADLY = re.compile(r"_?exit|_Exit|quick_exit|abort|__assert_fail|__fortify_fail|raise|kill|"
                    r"pthread_create|clone|fork|_Fork|posix_spawnp?|execv\w*|system|popen|"
                    r"\w*printf(_chk)?|syslog|dlopen|dlclose|"
                    r"sigaction|signal|longjmp|pthread_mutex\w*|pthread_once|__tls_get_addr")
# Of our own objects alone.
UNSAFE = re.compile(r"malloc|calloc|realloc|free|\w*memalign|str(n?)dup|f(open|close|gets|puts|write|read)\w*|"
                    r"setlocale|gmtime\w*|localtime\w*|strftime|strto\w+|qsort|std(in|out|err)|"
                    r"getaddrinfo|gethostby\w+|setenv|putenv")

# It takes a lock of the loader's: allowed in the constructor.
LOCKING = {"dl_iterate_phdr": "shim/base/direct.o"}


def deadly_imports():
    for name, _, _, defined in elf.dynamic_symbols(elf.LIBRARY):
        if not defined and DEADLY.fullmatch(name):
            yield f"libunstale.so imports {name}"


def unsafe_uses():
    listed = set(elf.interposed())
    for path in elf.objects():
        for name in sorted(elf.undefined(path)):
            where = os.path.relpath(path, os.path.join(elf.REPO, "build"))
            if UNSAFE.fullmatch(name):
                yield f"{where} uses {name}"
            if LOCKING.get(name, where) != where:
                yield f"{where} uses {name}"
            if name in listed:
                yield f"{where} calls {name} by its name; call next.{name} or a sys_ function"


elf.finish([*deadly_imports(), *unsafe_uses()])
