#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What sends a request stands on one page of the library, what receives its response on another, and all
small variables on one (shim/busy.ld, shim/layout.ld): each more would be looked up anew after each
system call."""
import elf

PAGE = 4096
TOGETHER = {
    "a request": ["write", "write_tracked", "write_opening", "send", "send_tracked", "send_opening",
                  "straight_sent", "plain_http1_sent", "epoll_wait", "epoll_ctl"],
    "a response": ["read", "read_tracked", "recv", "recv_tracked", "straight_received",
                   "plain_http1_received", "poll"],
    "OpenSSL": ["SSL_write", "SSL_read", "secure_opens", "secure_opened", "secure_awaits",
                "secure_awaited", "secured_find", "straight_sent_plaintext",
                "straight_received_plaintext"],
    "small variables": ["next", "clock_function", "direct_alone", "direct_test_cancel", "direct_calls",
                        "process_copies", "deadlines_next_ms", "deadlines_overdue", "shim_active",
                        "connection_any", "descriptor_bound", "evidence_any", "ledger_begun"],
    "the framing's constants": ["header_lengths"],
}


def places():
    """name -> (first address, last address)"""
    found = {}
    for line in elf.run("nm", "-S", "--defined-only", elf.LIBRARY).splitlines():
        parts = line.split()
        if len(parts) == 4:
            address, size = int(parts[0], 16), int(parts[1], 16)
            found[parts[3].split("@")[0]] = (address, address + size - 1)
    return found


mistakes = []
found = places()
for what, names in TOGETHER.items():
    for name in names:
        if name not in found:
            mistakes.append(f"{what}: there is no {name}; name here what there is")
    pages = {name: sorted({address // PAGE for address in found[name]})
             for name in names if name in found}
    if len({page for on in pages.values() for page in on}) > 1:
        mistakes.append(f"{what}: more than one page: {pages}")
elf.finish(mistakes)
