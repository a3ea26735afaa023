/* file.c - bytes as a file in memory, under a name of /proc. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

/* libfyaml 0.7.12 loses 4 kB when a quoted scalar of some length ends in a mistake of the syntax; a
 * program that then ends does not mind. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

const char *fuzz_file(const void *data, size_t size)
{
    static int file = -1;
    static char name[64];
    if (file < 0) {
        file = memfd_create("fuzz", MFD_CLOEXEC);
        if (file >= 0) (void)fchmod(file, 0600); /* as files of secrets must be */
    }
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size) {
        perror("fuzz_file");
        exit(2);
    }
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    return name;
}
