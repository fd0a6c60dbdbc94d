#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A program with two plugins, each with its own libssl: PORT GAP_MS PLUGIN PLUGIN. Each one opens a
connection and makes two requests with a pause between, in turn. Prints the files of the libraries that
were used, and what became of the last requests."""
import ctypes
import sys
import time

port, gap_ms = (int(word) for word in sys.argv[1:3])
plugins = [ctypes.CDLL(path) for path in sys.argv[3:]]
for plugin in plugins:
    plugin.plugin_library.restype = ctypes.c_char_p
    if not plugin.plugin_connect(port) or not plugin.plugin_exchange(b"/first"):
        sys.exit("the first request failed")
time.sleep(gap_ms / 1000)
for plugin in plugins:
    print(plugin.plugin_library().decode(),
          "answered" if plugin.plugin_exchange(b"/second") else "failed")
