#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What leaves the shared object is the lists of shim/base/interposed.h and openssl_list.h, all of them
and nothing else. libc's functions have no version, so that every caller binds to them. OpenSSL's have
that of OpenSSL 3, and not as a default ("@", not "@@"): another library's function of the same name
and a dlsym() that asks for no version are never caught."""
import elf

VERSION = "OPENSSL_3.0.0"


def exported_with_marks():
    for line in elf.run("readelf", "-W", "--dyn-syms", elf.LIBRARY).splitlines():
        fields = line.split()
        if len(fields) >= 8 and fields[0].rstrip(":").isdigit() and fields[6] not in ("UND", "ABS"):
            yield fields[7]


exported = set(exported_with_marks())
listed = elf.interposed() + [f"{name}@{VERSION}" for name in elf.interposed_openssl()]
mistakes = [f"{name} is listed and not exported" for name in sorted(set(listed) - exported)]
mistakes += [f"{name} is exported and not listed" for name in sorted(exported - set(listed))]
mistakes += [f"{name} is listed twice" for name in sorted({n for n in listed if listed.count(n) > 1})]
elf.finish(mistakes)
