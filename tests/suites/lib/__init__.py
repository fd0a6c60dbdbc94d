# SPDX-License-Identifier: MIT
"""What tests/suites/run is made of; one module for each suite, and what they share."""
