# SPDX-License-Identifier: MIT
#
# Finds a program as the shell would, and tells whether the shim can work in it and why not.
# Reads files, runs nothing of the program. Uses $library of scripts/unstale, and elf.sh.

# Names cross from file to file, which shellcheck does not follow.
# shellcheck shell=sh disable=SC2034,SC2154

# find_program NAME: prints the file that exec would start. The shell's own `command -v` will not
# do: it answers with builtins, which exec does not start.
find_program() {
    case $1 in
    */*)
        [ -e "$1" ] || return 1
        printf '%s\n' "$1"
        return
        ;;
    esac
    find_rest=${PATH-}:
    find_locked=
    while [ -n "$find_rest" ]; do
        find_folder=${find_rest%%:*}
        find_rest=${find_rest#*:}
        find_file=${find_folder:-.}/$1
        [ -f "$find_file" ] || continue
        if [ -x "$find_file" ]; then
            printf '%s\n' "$find_file"
            return
        fi
        find_locked=${find_locked:-$find_file}
    done
    [ -n "$find_locked" ] && printf '%s\n' "$find_locked"
}

# no_shim WORDS...: the last word of a check that found a reason.
no_shim() {
    program_problem="cannot be shimmed: $check_role$*"
    return 1
}

# check_program FILE: succeeds when the shim can work there; else sets program_problem.
# program_note says what could not be looked at, program_loader is "musl" where that is so.
check_program() {
    program_problem=
    program_note=
    program_loader=
    check_role=
    check_target=$1
    check_depth=0
    while check_file "$check_target"; do
        if ! is_script "$check_target"; then
            check_privilege "$check_target" && check_elf "$check_target"
            return
        fi
        check_depth=$((check_depth + 1))
        # the kernel gives up at that depth too (exec_binprm in fs/exec.c)
        [ "$check_depth" -le 5 ] || { no_shim 'more than five #! lines deep'; return; }
        check_name=$(script_interpreter "$check_target") ||
            { no_shim 'its #! line names no program'; return; }
        check_target=$(find_program "$check_name") ||
            { no_shim "its interpreter $check_name is not found"; return; }
        check_role="its interpreter $check_name: "
    done
    return 1
}

check_file() {
    [ -f "$1" ] || { no_shim 'not a file'; return; }
    [ -x "$1" ] || { no_shim 'not executable'; return; }
    [ -r "$1" ] || { no_shim 'not readable, so there is no telling'; return; }
}

is_script() {
    [ "$(head -c 2 -- "$1" | tr -d '\0')" = '#!' ]
}

# The loader ignores LD_PRELOAD where a program starts with more rights than its user has.
check_privilege() {
    [ ! -u "$1" ] || { no_shim 'setuid: the loader ignores LD_PRELOAD'; return; }
    [ ! -g "$1" ] || { no_shim 'setgid: the loader ignores LD_PRELOAD'; return; }
    # getcap lives where an ordinary user's PATH does not reach.
    if ! check_getcap=$(PATH=${PATH-}:/usr/sbin:/sbin find_program getcap); then
        program_note='file capabilities not looked at: no getcap here'
    elif [ -n "$("$check_getcap" "$1" 2>/dev/null)" ]; then
        no_shim 'file capabilities: the loader ignores LD_PRELOAD'
    fi
}

check_elf() {
    check_theirs=$(elf_architecture "$1") || { no_shim 'neither ELF nor a script'; return; }
    check_ours=$(elf_architecture "$library") || { no_shim "$library is no library"; return; }
    [ "$check_theirs" = "$check_ours" ] ||
        { no_shim "$check_theirs, but the library is $check_ours"; return; }
    elf_read_segments "$1"
    ! elf_is_go "$1" || { no_shim 'a Go program: Go makes its system calls itself'; return; }
    case $elf_interpreter in
    '') no_shim 'static: no loader, so no LD_PRELOAD' ;;
    */ld-musl-*)
        program_loader=musl
        no_shim 'linked with musl: the library needs glibc'
        ;;
    esac
}

# script_interpreter FILE: prints the program that the #! line of FILE starts in the end.
script_interpreter() {
    script_line=$(head -c 256 -- "$1" | tr -d '\0\r' | sed 1q)
    script_glob=$-
    set -f
    # shellcheck disable=SC2086 # split into words
    set -- ${script_line#??}
    case $script_glob in
    *f*) ;;
    *) set +f ;;
    esac
    case ${1-} in
    */env)
        shift
        # env's own flags and settings stand before the program
        while [ $# -gt 0 ]; do
            case $1 in
            -* | *=*) shift ;;
            *) break ;;
            esac
        done
        ;;
    esac
    [ $# -gt 0 ] && printf '%s\n' "$1"
}
