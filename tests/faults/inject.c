/* Faults at the n-th change of a file, and a record of all changes, for a process that preloads this library.

   Counted are writes, truncations, syncs, renames and unlinks below one folder. Nothing happens until faults_arm is
   called, so that one warm process can fork a child for each fault. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { NOTHING, KILL, HALF, FULL, BROKEN };

static char root[PATH_MAX];
static size_t root_length;
static long at, counted;
static int action, record = -1;
static long clock_shift;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

void faults_arm(const char *folder, long number, int what, int handle)
{
    snprintf(root, sizeof root, "%s/", folder);
    root_length = strlen(root);
    at = number;
    action = what;
    record = handle;
    counted = 0;
}

void faults_shift_clock(long seconds) { clock_shift = seconds; }

long faults_counted(void) { return counted; }

int clock_gettime(clockid_t id, struct timespec *now)
{
    int done = (int)syscall(SYS_clock_gettime, id, now);
    if (!done && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += clock_shift;
    return done;
}

static int is_ours(const char *path)
{
    return root_length && path && !strncmp(path, root, root_length);
}

static int path_of(int handle, char *path)
{
    char link[64];
    if (!root_length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return !strncmp(path, root, root_length) || (!strncmp(path, root, root_length - 1) && !path[root_length - 1]);
}

static void put(const void *data, size_t size)
{
    while (size) {
        ssize_t done = syscall(SYS_write, record, data, size);
        if (done <= 0) return;
        data = (const char *)data + done;
        size -= (size_t)done;
    }
}

static void note(char kind, const char *path, int64_t offset, const void *data, uint64_t size)
{
    if (record < 0) return;
    uint32_t length = (uint32_t)strlen(path);
    put(&kind, 1);
    put(&length, 4);
    put(path, length);
    put(&offset, 8);
    put(&size, 8);
    put(data, size);
}

static void die(void) { syscall(SYS_kill, syscall(SYS_getpid), SIGKILL); }

/* 0: go on; otherwise the number of the error. HALF is left to the caller. */
static int strike(int is_write)
{
    counted++;
    if (!at || counted < at || (counted > at && action != FULL)) return 0;
    if (action == KILL) die();
    if (action == FULL && is_write) return ENOSPC;
    if (action == BROKEN) return EIO;
    return 0;
}

static int halves(void) { return action == HALF && counted == at; }

static ssize_t change(int handle, const void *data, size_t size, off_t offset, int positioned)
{
    char path[PATH_MAX];
    int ours = path_of(handle, path);
    if (ours) {
        int fault = strike(1);
        if (fault) { errno = fault; return -1; }
        if (halves()) {
            if (positioned) syscall(SYS_pwrite64, handle, data, size / 2, offset);
            else syscall(SYS_write, handle, data, size / 2);
            die();
        }
        if (!positioned) offset = lseek(handle, 0, SEEK_CUR);
    }
    ssize_t done = positioned ? syscall(SYS_pwrite64, handle, data, size, offset) : syscall(SYS_write, handle, data, size);
    if (ours && done > 0) note('W', path, offset, data, (uint64_t)done);
    return done;
}

ssize_t write(int handle, const void *data, size_t size) { return change(handle, data, size, 0, 0); }
ssize_t pwrite(int handle, const void *data, size_t size, off_t offset) { return change(handle, data, size, offset, 1); }
ssize_t pwrite64(int handle, const void *data, size_t size, off64_t offset) { return change(handle, data, size, offset, 1); }

static int cut(int handle, off_t size)
{
    char path[PATH_MAX];
    int ours = path_of(handle, path);
    int fault = ours ? strike(0) : 0;
    if (fault) { errno = fault; return -1; }
    int done = (int)syscall(SYS_ftruncate, handle, size);
    if (ours && !done) note('T', path, size, "", 0);
    if (ours && halves()) die();
    return done;
}

int ftruncate(int handle, off_t size) { return cut(handle, size); }
int ftruncate64(int handle, off64_t size) { return cut(handle, size); }

static int settle(int handle, long call)
{
    char path[PATH_MAX];
    int ours = path_of(handle, path);
    int fault = ours ? strike(0) : 0;
    if (fault) { errno = fault; return -1; }
    int done = (int)syscall(call, handle);
    if (ours && !done) note('S', path, 0, "", 0);
    if (ours && halves()) die();
    return done;
}

int fsync(int handle) { return settle(handle, SYS_fsync); }
int fdatasync(int handle) { return settle(handle, SYS_fdatasync); }

int rename(const char *from, const char *to)
{
    REAL(rename);
    int ours = is_ours(from) || is_ours(to);
    int fault = ours ? strike(0) : 0;
    if (fault) { errno = fault; return -1; }
    int done = real(from, to);
    if (ours && !done) note('R', from, 0, to, strlen(to));
    if (ours && halves()) die();
    return done;
}

static int remove_name(int folder, const char *name, int flags)
{
    char path[2 * PATH_MAX] = "";
    if (folder != AT_FDCWD && name[0] != '/') {
        char place[PATH_MAX];
        if (path_of(folder, place)) snprintf(path, sizeof path, "%s/%s", place, name);
    } else snprintf(path, sizeof path, "%s", name);
    int ours = is_ours(path) && !(flags & AT_REMOVEDIR);
    int fault = ours ? strike(0) : 0;
    if (fault) { errno = fault; return -1; }
    int done = (int)syscall(SYS_unlinkat, folder, name, flags);
    if (ours && !done) note('U', path, 0, "", 0);
    if (ours && halves()) die();
    return done;
}

int unlink(const char *name) { return remove_name(AT_FDCWD, name, 0); }
int unlinkat(int folder, const char *name, int flags) { return remove_name(folder, name, flags); }

static int open_any(int folder, const char *name, int flags, mode_t mode)
{
    int fresh = is_ours(name) && (flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE;
    if (fresh && !(flags & O_TRUNC)) fresh = syscall(SYS_faccessat, folder, name, F_OK, 0) != 0;
    int done = (int)syscall(SYS_openat, folder, name, flags, mode);
    if (fresh && done >= 0) note('C', name, 0, "", 0);
    return done;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *name, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags) return open_any(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags) return open_any(folder, name, flags | O_LARGEFILE, mode); }
