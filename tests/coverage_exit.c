/* coverage_exit.c - in the `coverage` preset every _exit is sent here, so that what a child process
 * reached is counted as well. Linked with -Wl,--wrap=_exit. */
#include <unistd.h>

void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}
