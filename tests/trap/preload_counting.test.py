#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 240s
"""A preload that counts calls sees each of them behind the shim, as before it.

A shim that makes system calls itself where libc would do no more passes over who stands between.
"""
from variants import compiled, demand, library, same_in_all_modes

counting = library("counting", "-ldl")
client = compiled("counted_client", ["lib/counted_client.c", "trap.c", "trap_server.c"])
demand(*(same_in_all_modes(f"counting {order} the shim, {' '.join(arguments) or 'alone'}",
                           [client, *arguments], **{order: [counting]})
         for order in ("before", "after") for arguments in ([], ["threads"])))
