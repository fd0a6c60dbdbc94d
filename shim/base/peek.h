/* SPDX-License-Identifier: MIT
 *
 * Reads the program's memory before the kernel has checked it. A pointer that leads nowhere must give
 * the program its EFAULT, not a SIGSEGV from us, so the kernel is asked whether each page is there. For
 * rare paths: a system call a page. (Memory that another thread unmaps in that instant is no case: the
 * program's own write would fail now and then.)
 */
#ifndef UNSTALE_BASE_PEEK_H
#define UNSTALE_BASE_PEEK_H

#include <stddef.h>

/* Copies up to `count` bytes; returns how many could be read. */
size_t peek_memory(const void *from, void *to, size_t count);

#endif
