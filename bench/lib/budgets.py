# SPDX-License-Identifier: MIT
"""Fails when a call costs more instructions than its goal in instructions.py says, or than was reached
where that goal is missed or there is none; and when following a head costs more than was reached."""
import sys

import heads
import instructions
import tools

# One of each kind: four runs of valgrind for each, so not all. Where the goal is missed, or there is none,
# what was reached is held, and some room.
REACHED = {"write-untracked": 3, "write-opening": 218, "read-response": 140, "read-nothing": 56,
           "epoll-threads-timeout": 80, "write-chunk": 300, "write-four-chunks": 515,
           "writev-opening": 288, "recvmsg-response": 190}
HELD = ["write-other", "read-other", "close-other", "write-within", "read-body",
        "poll-other", "poll-ready-timeout", "epoll-other", "epoll-ready-timeout", "epoll-threads",
        "change", "add", "passed-sendmsg"]

# The same over TLS (instructions.SECURED_CALLS).
SECURED = {"write-opening": 465, "read-response": 400}

# Instructions for following a head (heads.py): what was reached, and some room.
HEADS = {"curl, GET": 208, "Python requests": 298, "Node fetch": 350, "nginx": 455, "Apache": 660,
         "Node": 402}


def heads_over():
    """How many heads take more than they may."""
    counted = heads.counts()
    for sender, most in HEADS.items():
        print(f"head of {sender}: {counted[sender][1]:.0f}, at most {most}"
              f"{': TOO MANY' if counted[sender][1] > most else ''}", flush=True)
    return sum(counted[sender][1] > most for sender, most in HEADS.items())


def judge(name, cost, most, vdso):
    """True when it takes more than it may."""
    over = cost.over(most, vdso)
    print(f"{name}: {over + most:.0f} over no preload, at most {most}"
          f"{': TOO MANY' if over >= 1 else ''}", flush=True)
    return over >= 1


def main():
    tools.need("valgrind", "gcc")
    program = tools.compiled("calls")
    vdso = int(instructions.vdso_part()["coarse"]) - instructions.CLOCK_SEEN
    goals = {name: goal for name, goal, _ in instructions.CALLS} | REACHED
    late = heads_over()
    with tools.peer() as port:
        for name in [*HELD, *REACHED]:
            bare = instructions.cost(program, name, {}, port)
            ours = instructions.cost(program, name, tools.under(), port, bare.counted)
            late += judge(name, ours, goals[name], vdso)
    for name, _, _, ours in instructions.secured_costs([("auto", {})]):
        if name in SECURED:
            late += judge(f"{name} over TLS", ours["auto"], SECURED[name], vdso)
    return 1 if late else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tools.Missing as missing:
        print(f"budgets: {missing}")
        sys.exit(1)
