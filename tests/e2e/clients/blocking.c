/* SPDX-License-Identifier: MIT
 *
 * The legacy client: a blocking socket, write() and read(), no look before reuse, no retry.
 */
#include "client.h"

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, job_exchange_blocking, job_sleep);
}
