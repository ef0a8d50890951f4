/* LD_PRELOAD shim: lets the disk below one folder fail on command.
   ky_fault_arm(n, error, forever): the n-th write or sync from now on fails with errno `error`, and all later ones
   too when `forever`; n = 0 means never. ky_fault_count(): writes and syncs seen since then.
   A full disk (ENOSPC) fails at writes only, and says that it has no room. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>

static long armed, seen;
static int error_number, is_forever;

void ky_fault_arm(long n, int error, int forever) { armed = n; seen = 0; error_number = error; is_forever = forever; }
long ky_fault_count(void) { return seen; }

static int is_ours(int descriptor) {
    const char *folder = getenv("KY_FAULT_DIR");
    char link[64], target[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (!folder || length < 0) return 0;
    target[length] = 0;
    return strncmp(target, folder, strlen(folder)) == 0;
}

static int fails(int descriptor, int is_sync) {
    if (!is_ours(descriptor) || (is_sync && error_number == ENOSPC)) return 0;
    seen++;
    if (!armed || seen < armed || (seen > armed && !is_forever)) return 0;
    errno = error_number;
    return 1;
}

#define SHIM(type, name, is_sync, parameters, arguments)               \
    type name parameters {                                             \
        static type(*real) parameters;                                 \
        if (!real) real = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
        return fails(fd, is_sync) ? -1 : real arguments;               \
    }

SHIM(ssize_t, write, 0, (int fd, const void *data, size_t size), (fd, data, size))
SHIM(ssize_t, pwrite, 0, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
SHIM(ssize_t, pwrite64, 0, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
SHIM(int, fsync, 1, (int fd), (fd))
SHIM(int, fdatasync, 1, (int fd), (fd))
SHIM(int, ftruncate, 0, (int fd, off_t size), (fd, size))
SHIM(int, ftruncate64, 0, (int fd, off64_t size), (fd, size))

#define SHIM_ROOM(name, type)                                                                    \
    int name(const char *path, struct type *found) {                                             \
        static int (*real)(const char *, struct type *);                                         \
        if (!real) real = (int (*)(const char *, struct type *))dlsym(RTLD_NEXT, #name);         \
        int result = real(path, found);                                                          \
        if (armed && error_number == ENOSPC) found->f_bavail = found->f_bfree = 0;               \
        return result;                                                                           \
    }

SHIM_ROOM(statvfs, statvfs)
SHIM_ROOM(statvfs64, statvfs64)
