/* SPDX-License-Identifier: MIT
 *
 * The door of vfork(). The child runs on our caller's stack frame and returns first, so nothing may
 * be left on the stack: the door notes the call and jumps on, and the next vfork() returns to the
 * program itself. From then on every change of our tables asks whose memory it is.
 */
#include "base/next.h"
#include "base/process.h"

#include <stddef.h>

_Static_assert(offsetof(struct next_functions, vfork) == 0, "the jump below goes through `next`");

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl vfork\n"
        ".type vfork, @function\n"
        "vfork:\n"
        "    endbr64\n"
        "    movb $1, process_vforked(%rip)\n"
        "    lock incl process_copies(%rip)\n"
        "    jmp *next(%rip)\n"
        ".size vfork, . - vfork\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl vfork\n"
        ".type vfork, %function\n"
        "vfork:\n"
        "    mov w17, #1\n"
        "    adrp x16, process_vforked\n"
        "    strb w17, [x16, #:lo12:process_vforked]\n"
        "    adrp x16, process_copies\n"
        "    add x16, x16, #:lo12:process_copies\n"
        "1:  ldaxr w17, [x16]\n"
        "    add w17, w17, #1\n"
        "    stlxr w15, w17, [x16]\n"
        "    cbnz w15, 1b\n"
        "    adrp x16, next\n"
        "    ldr x16, [x16, #:lo12:next]\n"
        "    br x16\n"
        ".size vfork, . - vfork\n");
#endif
