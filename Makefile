# SPDX-License-Identifier: MIT
#
# make demo and make test do all their own set-up; the other targets are parts of them.

CC ?= gcc
PREFIX ?= /usr/local
BUILD ?= build
VERSION := $(shell cat VERSION)

# Where Debian's node-llhttp puts llhttp's C sources. Compiled from there; not in this tree.
LLHTTP ?= /usr/share/llhttp
LLHTTP_INCLUDE ?= /usr/share/include/llhttp

# make V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $(2))

WARNINGS = -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
           -Wvla -Wundef -Wpointer-arith -Wcast-qual
CFLAGS ?= -O2 -g
SHIM_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(CFLAGS) -fPIC -fvisibility=hidden -fno-plt \
              -ftls-model=initial-exec -ffunction-sections -fdata-sections -Ishim \
              -isystem $(LLHTTP_INCLUDE)
SHIM_LDFLAGS = -shared -Wl,-z,nodelete -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack \
               -Wl,--no-undefined -Wl,--as-needed -Wl,--gc-sections -Wl,-soname,libunstale.so \
               -Wl,--exclude-libs,ALL -Wl,--version-script,$(BUILD)/exports.map

SOURCES := $(wildcard shim/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LLHTTP_OBJECTS := $(BUILD)/llhttp/llhttp.o $(BUILD)/llhttp/http.o $(BUILD)/llhttp/api.o
LIBRARY := $(BUILD)/libunstale.so

.PHONY: all
all: $(LIBRARY)

$(LIBRARY): $(OBJECTS) $(LLHTTP_OBJECTS) $(BUILD)/exports.map
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(SHIM_LDFLAGS) -o $@ $(OBJECTS) $(LLHTTP_OBJECTS) -l:libinih.a

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(SHIM_CFLAGS) $(WARNINGS) -MMD -MP -c -o $@ $<

# Not our code: its own warnings are its authors' affair. Its abort() calls stand where the generator
# says UNREACHABLE; a preload library may not even import it.
$(BUILD)/llhttp/%.o: $(LLHTTP)/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(SHIM_CFLAGS) -w -Dabort=__builtin_unreachable -c -o $@ $<

# The version script comes from the one list of interposed functions.
$(BUILD)/exports.map: shim/base/interposed.h
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q){ printf '{ global:\n'; \
	  printf '#include "base/interposed.h"\n#define X(name, result, parameters) name;\nUNSTALE_INTERPOSED(X)\n' | \
	    $(CC) -E -P -Ishim -xc - ; \
	  printf 'local: *; };\n'; } > $@

-include $(OBJECTS:.o=.d)

.PHONY: clean
clean:
	rm -rf $(BUILD)
