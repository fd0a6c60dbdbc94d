# SPDX-License-Identifier: MIT
#
# The launcher's half that deals with the library: is it there, how it joins an LD_PRELOAD that
# is set already, and what it says to the settings around it.
# Uses $library and die() of scripts/unstale.

# Names cross from file to file, which shellcheck does not follow.
# shellcheck shell=sh disable=SC2034,SC2154

# The loader splits LD_PRELOAD at spaces and colons and knows no quoting.
require_library() {
    case $library in
    *[\ :]*) die 2 "'$library' has a space or colon in it, which LD_PRELOAD cannot hold; move it" ;;
    esac
    [ -f "$library" ] || die 2 "no library at $library; build it with make"
}

# Prints LD_PRELOAD with our library as the last entry, once. Last, because a sanitizer's runtime
# refuses to start unless it is first, and because other shims then see the calls as the program
# makes them. A copy of ours that is already there goes: two would repair each other's repairs.
preload_list() {
    list_joined=
    list_rest=${LD_PRELOAD-}
    while [ -n "$list_rest" ]; do
        list_entry=${list_rest%%[ :]*}
        case $list_rest in
        *[\ :]*) list_rest=${list_rest#*[ :]} ;;
        *) list_rest= ;;
        esac
        case $list_entry in
        '' | libunstale.so | */libunstale.so) ;;
        *) list_joined=$list_joined$list_entry: ;;
        esac
    done
    printf '%s\n' "$list_joined$library"
}

# preload_list_for FILE: the same for a program that is linked with AddressSanitizer's runtime, which
# refuses to start behind any other library: its bare name goes first, found as the program finds it.
preload_list_for() {
    list_asan=$(grep -aom1 'libasan\.so\.[0-9]*' "$1" 2>/dev/null || :)
    printf '%s\n' "${list_asan:+$list_asan:}$(preload_list)"
}

# Prints what the library has to say about the settings, a line for each mistake, or nothing.
# A library that the loader cannot load is a mistake too; complaints about somebody else's
# preload are not ours to judge.
settings_errors() {
    LD_PRELOAD=$(preload_list) UNSTALE_CHECK=1 "$(find_program true)" 2>&1 >/dev/null |
        grep -e '^unstale: ' -e '/libunstale\.so.* LD_PRELOAD ' || :
}

# Ends the launcher with status 2 and one line when a setting is wrong: the first mistake, and
# how many follow it.
require_good_settings() {
    require_library
    good_errors=$(settings_errors)
    [ -n "$good_errors" ] || return 0
    good_count=$(printf '%s\n' "$good_errors" | wc -l)
    good_first=$(printf '%s\n' "$good_errors" | sed 1q)
    [ "$good_count" -eq 1 ] ||
        good_first="$good_first (and $((good_count - 1)) more)"
    die 2 "${good_first#unstale: }"
}

# shell_quoted TEXT: prints it as one word of shell input.
shell_quoted() {
    printf "'%s'\n" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}
