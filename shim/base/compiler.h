/* SPDX-License-Identifier: MIT
 *
 * The few compiler words that the whole shim uses. No code, no state.
 */
#ifndef UNSTALE_BASE_COMPILER_H
#define UNSTALE_BASE_COMPILER_H

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* A door: the only kind of symbol that leaves the shared object. */
#define EXPORTED __attribute__((visibility("default")))

/* Data that other files of ours use: reached directly, not over the table of what other libraries may
 * replace (-fvisibility=hidden says so for definitions only). */
#define HIDDEN __attribute__((visibility("hidden")))

/* Keeps a function out of its callers, so that their short path saves no registers for it; with all its
 * arguments in their places, so that a door that passes on its own is one jump. */
#if __has_attribute(noclone) /* clang makes no clones */
#define NOINLINE __attribute__((noinline, noclone))
#else
#define NOINLINE __attribute__((noinline))
#endif

/* Puts a function into its callers, so that what is constant there is constant in it. */
#define INLINE static inline __attribute__((always_inline))

/* What each exchange runs stands together in the library: where a processor forgets its page tables in a system
 * call (page table isolation without PCID), each page is looked up anew after each call (bench/TRIED.md). */
#define BUSY __attribute__((hot))

/* A table of zeroes. They stand behind all other variables, which so share one page (shim/layout.ld). */
#define TABLE __attribute__((section(".bss.tables")))

/* Keeps a rare path out of the instruction stream of a hot one. */
#define COLD __attribute__((cold, noinline))

/* Keeps an object in memory over the calls that follow: one store and one load for each part of it, where
 * a register would be saved, set and put back. */
#define IN_MEMORY(object) __asm__ volatile("" : "+m"(object))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
