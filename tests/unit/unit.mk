# SPDX-License-Identifier: MIT
#
# The rules behind build.sh: every tests/unit/*.c is one program, linked against an archive of all of
# shim/ but its doors, which would stand in front of the test's own calls.

CC = gcc
OUT = build/tests/unit
LLHTTP ?= /usr/share/llhttp
LLHTTP_INCLUDE ?= /usr/share/include/llhttp

WARNINGS = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
FLAGS = -std=gnu11 -D_GNU_SOURCE -g -Ishim -Itests/unit -isystem $(LLHTTP_INCLUDE) -MMD -MP
SANITIZE = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LIBRARIES = -lcmocka -l:libinih.a -pthread

SHIM := $(filter-out shim/doors/%,$(wildcard shim/*/*.c))
PARSER := llhttp http api
HELPERS := $(wildcard tests/unit/lib/*.c)
TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

all: $(TESTS:%=$(OUT)/%.test) $(TESTS:%=$(OUT)/sanitized/%.test)

# $(call variant,FOLDER,FLAGS): the rules of one way to compile.
define variant
$(1)/objects/%.o: %.c tests/unit/unit.mk
	@mkdir -p $$(@D)
	$$(CC) $$(FLAGS) $(2) $$(WARNINGS) -c -o $$@ $$<

# Not our code; abort() is left out as in the library itself.
$(1)/objects/llhttp/%.o: $$(LLHTTP)/%.c tests/unit/unit.mk
	@mkdir -p $$(@D)
	$$(CC) $$(FLAGS) $(2) -w -Dabort=__builtin_unreachable -c -o $$@ $$<

$(1)/parts.a: $$(SHIM:%.c=$(1)/objects/%.o) $$(HELPERS:%.c=$(1)/objects/%.o) \
              $$(PARSER:%=$(1)/objects/llhttp/%.o)
	rm -f $$@
	ar rcs $$@ $$^

$(1)/%.test: $(1)/objects/tests/unit/%.o $(1)/parts.a
	$$(CC) $(2) -o $$@ $$^ $$(LIBRARIES)

-include $$(wildcard $(1)/objects/*/*/*.d $(1)/objects/*/*/*/*.d)
endef

$(eval $(call variant,$(OUT)/sanitized,$(SANITIZE)))
$(eval $(call variant,$(OUT),-O2))

.SECONDARY:
