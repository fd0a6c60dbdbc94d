# SPDX-License-Identifier: MIT
#
# Reads of an ELF file what decides whether LD_PRELOAD works in it, with od, tail and head only:
# readelf and file are not on a server. Layouts are those of elf(5). Fields wider than a byte are
# read in this machine's own order: ask elf_architecture before elf_read_segments.

# Names cross from file to file, which shellcheck does not follow.
# shellcheck shell=sh disable=SC2034,SC2154

# elf_identity FILE: sets elf_class (1 for 32 bits, 2 for 64), elf_order (1 for little-endian) and
# elf_machine, the number from e_machine. Fails when FILE is not ELF.
elf_identity() {
    # shellcheck disable=SC2046 # split into bytes
    set -- $(od -An -v -tu1 -N 20 -- "$1" 2>/dev/null)
    [ $# -eq 20 ] && [ "$1 $2 $3 $4" = '127 69 76 70' ] || return 1
    elf_class=$5
    elf_order=$6
    case $elf_order in
    2) elf_machine=$((${19} * 256 + ${20})) ;;
    *) elf_machine=$((${20} * 256 + ${19})) ;;
    esac
}

# elf_architecture FILE: prints class and machine in words, such as "64-bit x86-64".
elf_architecture() {
    elf_identity "$1" || return 1
    case $elf_machine in
    3) elf_name=i386 ;;
    40) elf_name=arm ;;
    62) elf_name=x86-64 ;;
    183) elf_name=aarch64 ;;
    243) elf_name=riscv ;;
    *) elf_name="machine $elf_machine" ;;
    esac
    case $elf_order in
    2) elf_name="big-endian $elf_name" ;;
    esac
    printf '%d-bit %s\n' $((elf_class * 32)) "$elf_name"
}

# elf_bytes FILE OFFSET LENGTH: prints that part of the file.
elf_bytes() {
    tail -c "+$(($2 + 1))" -- "$1" | head -c "$3"
}

# elf_read_segments FILE: sets elf_interpreter to the path of the loader, empty in a static
# program, and elf_data to "OFFSET LENGTH ..." of the writable segments. 64-bit files only.
elf_read_segments() {
    elf_interpreter=
    elf_data=
    elf_table=$(od -An -v -tu8 -j 32 -N 8 -- "$1")
    elf_count=$(od -An -v -tu2 -j 56 -N 2 -- "$1")
    elf_file=$1
    # shellcheck disable=SC2046 # split into words of 8 bytes, 7 of them a segment
    set -- $(od -An -v -tu8 -j $((elf_table)) -N $((elf_count * 56)) -- "$elf_file")
    while [ $# -ge 7 ]; do
        # word 1 is p_type and p_flags, word 2 p_offset, word 5 p_filesz
        case $(($1 & 0xffffffff)) in
        3) elf_interpreter=$(elf_bytes "$elf_file" "$2" $(($5 - 1))) ;;
        1) [ $((($1 >> 32) & 2)) -eq 0 ] || elf_data="$elf_data $2 $5" ;;
        esac
        shift 7
    done
}

# elf_is_go FILE: the Go linker marks its programs in a writable segment, where debug/buildinfo
# looks for it too. A program that only speaks of the mark has it in its constants.
elf_is_go() {
    elf_file=$1
    # shellcheck disable=SC2086 # split into pairs of offset and length
    set -- $elf_data
    while [ $# -ge 2 ]; do
        elf_bytes "$elf_file" "$1" "$2" | LC_ALL=C grep -qF "$(printf '\377 Go buildinf:')" && return
        shift 2
    done
    return 1
}
