#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A response that takes longer than the limit, behind the session ticket of Go, is not cut."""
import slow_tls

slow_tls.run("go")
