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
SHIM_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(CFLAGS) -fPIC -fno-plt -fvisibility=hidden \
              -ftls-model=initial-exec -ffunction-sections -fdata-sections -Ishim \
              -isystem $(LLHTTP_INCLUDE)
SHIM_LDFLAGS = -shared -Wl,-z,nodelete -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack \
               -Wl,--no-undefined -Wl,--as-needed -Wl,--gc-sections -Wl,-soname,libunstale.so \
               -Wl,--exclude-libs,ALL -Wl,--version-script,$(BUILD)/exports.map -Wl,-T,shim/layout.ld

SOURCES := $(wildcard shim/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
# What every program runs stands together (pthread_atfork is in libc_nonshared.a), so that a program
# without connections does not even read the rest from the file: the kernel maps 64 KiB at a time.
FIRST := $(filter $(BUILD)/shim/base/% $(BUILD)/shim/record/%,$(OBJECTS)) \
         $(BUILD)/shim/peer/state.o $(BUILD)/shim/doors/start.o
DOORS := $(addprefix $(BUILD)/shim/doors/,read.o write.o close.o dup.o file.o stdio.o)
LLHTTP_OBJECTS := $(BUILD)/llhttp/llhttp.o $(BUILD)/llhttp/http.o $(BUILD)/llhttp/api.o
LIBRARY := $(BUILD)/libunstale.so

.PHONY: all
all: $(LIBRARY)

# All but what stands first, with what an exchange runs in order.
$(BUILD)/rest.o: $(OBJECTS) shim/busy.ld
	$(Q)$(CC) $(CFLAGS) -nostdlib -r -Wl,-T,shim/busy.ld -o $@ $(DOORS) $(filter-out $(FIRST) $(DOORS),$(OBJECTS))

$(LIBRARY): $(FIRST) $(BUILD)/rest.o $(LLHTTP_OBJECTS) $(BUILD)/exports.map shim/layout.ld
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(SHIM_LDFLAGS) -o $@ $(FIRST) -l:libinih.a -l:libc_nonshared.a \
	    $(BUILD)/rest.o $(LLHTTP_OBJECTS)

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

# Also looked for again where this very make has installed them. Named, not a pattern: what a pattern makes
# on the way make removes again.
$(LLHTTP_OBJECTS:$(BUILD)/llhttp/%.o=$(LLHTTP)/%.c):
	@[ -e $@ ] || { echo "make: $@ is missing; as root, make deps-build installs it" >&2; exit 1; }

# libc's functions are exported without a version, which every caller binds to; OpenSSL's under
# OpenSSL's own. llhttp and the inner names of the doors stay inside.
$(BUILD)/exports.map: shim/base/openssl_list.h
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q){ printf 'OPENSSL_3.0.0 { global:\n'; \
	  printf '#include "base/openssl_list.h"\n#define X(name, result, parameters) name;\nUNSTALE_INTERPOSED_OPENSSL(X)\n' | \
	    $(CC) -E -P -Ishim -xc - ; \
	  printf 'local: door_*; llhttp_*; };\n'; } > $@

-include $(OBJECTS:.o=.d)

# ---- packages: each list is a file, one name a line ----

.PHONY: deps deps-build deps-demo deps-test deps-lint deps-bench deps-suites
deps: deps-build deps-demo deps-test deps-lint
deps-build:
	@scripts/deps scripts/packages/build
deps-demo:
	@scripts/deps scripts/packages/build scripts/packages/demo
deps-test:
	@scripts/deps scripts/packages/build scripts/packages/demo scripts/packages/lint tests/packages
deps-bench:
	@scripts/deps scripts/packages/build scripts/packages/bench tests/packages
deps-suites:
	@scripts/deps scripts/packages/build tests/suites/packages
deps-lint:
	@scripts/deps scripts/packages/build scripts/packages/lint

# ---- the two commands of the README ----

.PHONY: demo test
demo: deps-demo
	@$(MAKE) --no-print-directory all
	@scripts/demo

test: deps-test
	@$(MAKE) --no-print-directory all lint
	@tests/build.sh
	@tests/run -j 6 tests/symbols tests/structure tests/unit $(BUILD)/tests/unit tests/launcher \
	    tests/trap tests/e2e bench/budgets.test.sh

# ---- care ----

SCRIPTS := scripts/unstale scripts/deps $(wildcard scripts/lib/*.sh) .ci/run tests/build.sh \
           tests/trap/soak tests/trap/sanitize $(wildcard tests/*/build.sh tests/launcher/*.sh)

.PHONY: lint format fuzz bench suites soak soak-tls sanitize
lint:
	@scripts/lint $(SCRIPTS)

fuzz: deps-test
	@tests/fuzz/run.sh 600

soak-tls: deps-test
	@$(MAKE) --no-print-directory all
	@tests/soak/run.sh

bench: deps-bench
	@$(MAKE) --no-print-directory all
	@bench/run

# Some 40 minutes: what docs/learning.md shows.
.PHONY: learning
learning: deps-bench
	@$(MAKE) --no-print-directory all
	@bench/learning

suites: deps-suites
	@$(MAKE) --no-print-directory all
	@tests/suites/run

soak: deps-test
	@$(MAKE) --no-print-directory all
	@tests/trap/soak

sanitize: deps-bench
	@tests/trap/sanitize

format:
	clang-format -i $(wildcard shim/*/*.c shim/*/*.h)

# ---- installation ----

LIBDIR = $(DESTDIR)$(PREFIX)/lib/unstale
MANDIR = $(DESTDIR)$(PREFIX)/share/man

.PHONY: install uninstall
install: all
	install -D -m 755 scripts/unstale $(DESTDIR)$(PREFIX)/bin/unstale
	install -D -m 755 $(LIBRARY) $(LIBDIR)/libunstale.so
	install -m 644 VERSION report/ledger.py report/summary.py $(LIBDIR)
	install -m 755 report/report.py $(LIBDIR)
	install -m 644 scripts/lib/program.sh scripts/lib/elf.sh scripts/lib/preload.sh $(LIBDIR)
	install -D -m 644 docs/unstale.1 $(MANDIR)/man1/unstale.1
	install -D -m 644 docs/preload.ini.5 $(MANDIR)/man5/preload.ini.5
	install -D -m 644 docs/libunstale.8 $(MANDIR)/man8/libunstale.8
	install -D -m 644 preload.ini $(DESTDIR)$(PREFIX)/share/doc/unstale/preload.ini

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/unstale $(MANDIR)/man1/unstale.1 \
	      $(MANDIR)/man5/preload.ini.5 $(MANDIR)/man8/libunstale.8
	rm -rf $(LIBDIR) $(DESTDIR)$(PREFIX)/share/doc/unstale

.PHONY: clean
clean:
	rm -rf $(BUILD)
