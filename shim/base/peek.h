/* SPDX-License-Identifier: MIT
 *
 * Reads the program's memory before the kernel has checked it. A pointer that leads nowhere must give
 * the program its EFAULT, not a SIGSEGV from us, so the kernel does the reading. For rare paths: it
 * is a system call (process_vm_readv of ourselves), or a question to it for each page where that is
 * forbidden.
 */
#ifndef UNSTALE_BASE_PEEK_H
#define UNSTALE_BASE_PEEK_H

#include <stddef.h>

/* Copies up to `count` bytes; returns how many could be read. */
size_t peek_memory(const void *from, void *to, size_t count);

#endif
