/* SPDX-License-Identifier: MIT
 *
 * For load_runpath: a library that stands in a folder which only another library's RUNPATH names.
 */
int leaf_answer(void);

int leaf_answer(void)
{
    return 42;
}
