/* Stands between a process and the C library: records what it does to the files of one folder (and
 * what goes over its TCP connections), makes single calls fail, and sets its wall clock apart.
 *
 * PRELOAD_FOLDER   the folder; calls on other files are passed on unseen.
 * PRELOAD_RECORD   where the record goes; none is kept without it.
 * PRELOAD_SOCKETS  "1": the record also has what TCP connections carry.
 * PRELOAD_CONTROL  a file of at least sizeof(struct control), shared with whoever gives orders.
 *
 * A record is a header and its data, in the order in which the calls took effect; recording.py
 * reads it. A file named "marks" in the folder is the process's own voice in it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, MARK, CONNECT, SENT, RECEIVED,
    SYNC_FAILED
};
enum { CREATED = 1, EMPTIED = 2 };
enum { ON_WRITE = 1, ON_SYNC = 2, ON_OPEN = 4, ON_TRUNCATE = 8, ON_NAME = 16, ON_READ = 32 };
enum { FILES = 4096, NAME = 512 };

struct header {
    uint8_t op;
    uint8_t flags;
    uint16_t name;   /* bytes of the first name */
    uint32_t handle;
    int64_t offset;
    uint32_t length; /* bytes that follow: names and data */
} __attribute__((packed));

struct control {
    int32_t on;       /* calls that fail: a sum of ON_... */
    int32_t error;    /* errno that they fail with */
    int64_t skip;     /* calls that go well before */
    int64_t times;    /* calls that fail then; below 0: all */
    int64_t hits;     /* calls that failed */
    int64_t clock_ns; /* added to the wall clock */
    char suffix[64];  /* of the names of files that are meant */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[NAME];
static size_t folder_length;
static int record = -1;
static int sockets;
static volatile struct control *control;
/* By descriptor: 0 not ours, else the number of the opening. */
static uint32_t handles[FILES];
static uint8_t is_marks[FILES], is_tcp[FILES];
static char names[FILES][64];
static uint32_t last_handle;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int64_t next_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open64", const char *, int, ...);
    return real(path, flags, mode);
}

static ssize_t next_writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return real(fd, parts, count);
}

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("PRELOAD_FOLDER");
    if (!where) return;
    snprintf(folder, sizeof folder, "%s", where);
    folder_length = strlen(folder);
    const char *path = getenv("PRELOAD_RECORD");
    if (path) {
        int fd = (int)next_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        /* Out of the way of descriptors that the process itself may close. */
        record = fcntl(fd, F_DUPFD_CLOEXEC, 1000);
    }
    sockets = getenv("PRELOAD_SOCKETS") != NULL;
    path = getenv("PRELOAD_CONTROL");
    if (path) {
        int fd = (int)next_open(path, O_RDWR | O_CLOEXEC, 0);
        void *at = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED) control = at;
    }
}

static int ours(const char *path) {
    if (!folder_length || !path || strncmp(path, folder, folder_length)) return 0;
    if (path[folder_length] != '/' && path[folder_length]) return 0;
    /* Written through memory, out of our sight; worth nothing after a loss of power. */
    size_t length = strlen(path);
    return length < 4 || strcmp(path + length - 4, "-shm");
}

static const char *base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int known(int fd) { return fd >= 0 && fd < FILES && handles[fd]; }

static void put(struct header head, const char *one, const char *two, const void *data, size_t size) {
    if (record < 0) return;
    head.name = one ? (uint16_t)strlen(one) : 0;
    size_t second = two ? strlen(two) : 0;
    head.length = (uint32_t)(head.name + second + size);
    struct iovec parts[4] = {
        {&head, sizeof head}, {(void *)one, head.name}, {(void *)two, second}, {(void *)data, size}};
    if (next_writev(record, parts, 4) < 0) abort();
}

static int fails(int what, const char *name) {
    if (!control || !(control->on & what)) return 0;
    size_t length = strlen(name), wanted = strlen((const char *)control->suffix);
    if (wanted > length || strcmp(name + length - wanted, (const char *)control->suffix)) return 0;
    if (control->skip > 0) {
        control->skip--;
        return 0;
    }
    if (control->times == 0) return 0;
    if (control->times > 0) control->times--;
    control->hits++;
    errno = control->error;
    return 1;
}

static int opened(const char *path, int flags, mode_t mode, int at, int (*call)(const char *, int, mode_t, int)) {
    if (!ours(path)) return call(path, flags, mode, at);
    pthread_mutex_lock(&lock);
    struct stat status;
    int was = stat(path, &status) == 0;
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    if (writes && fails(ON_OPEN, base(path))) {
        pthread_mutex_unlock(&lock);
        return -1;
    }
    int fd = call(path, flags, mode, at);
    int error = errno;
    if (fd >= 0 && fd < FILES) {
        handles[fd] = ++last_handle;
        is_marks[fd] = !strcmp(base(path), "marks");
        is_tcp[fd] = 0;
        snprintf(names[fd], sizeof names[fd], "%s", base(path));
        struct header head = {.op = OPEN, .handle = handles[fd]};
        if (!was && flags & O_CREAT) head.flags |= CREATED;
        if (was && flags & O_TRUNC) head.flags |= EMPTIED;
        if (!is_marks[fd]) put(head, path, NULL, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

static int call_open(const char *path, int flags, mode_t mode, int at) {
    (void)at;
    return (int)next_open(path, flags, mode);
}

static int call_openat(const char *path, int flags, mode_t mode, int at) {
    REAL(int, "openat64", int, const char *, int, ...);
    return real(at, path, flags, mode);
}

#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, last); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(path, flags, mode, 0, call_open);
}
int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(path, flags, mode, 0, call_open);
}
int openat(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(path, flags, mode, at, call_openat);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(path, flags, mode, at, call_openat);
}
int creat(const char *path, mode_t mode) {
    return opened(path, O_CREAT | O_WRONLY | O_TRUNC, mode, 0, call_open);
}

int close(int fd) {
    REAL(int, "close", int);
    if (fd >= 0 && fd == record) {
        errno = EBADF;
        return -1;
    }
    if (fd >= 0 && fd < FILES) handles[fd] = is_tcp[fd] = is_marks[fd] = 0;
    return real(fd);
}

static void wrote(int fd, int64_t offset, const void *data, ssize_t size) {
    if (size <= 0) return;
    struct header head = {.op = WRITE, .handle = handles[fd], .offset = offset};
    if (is_marks[fd]) head.op = MARK;
    put(head, NULL, NULL, data, (size_t)size);
}

static ssize_t written_at(int fd, const void *data, size_t size, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    if (!known(fd)) return real(fd, data, size, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = fails(ON_WRITE, names[fd]) ? -1 : real(fd, data, size, offset);
    int error = errno;
    wrote(fd, offset, data, done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return written_at(fd, data, size, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return written_at(fd, data, size, offset);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!known(fd)) return real(fd, data, size);
    pthread_mutex_lock(&lock);
    ssize_t done = fails(ON_WRITE, names[fd]) ? -1 : real(fd, data, size);
    int error = errno;
    if (done > 0) wrote(fd, lseek64(fd, 0, SEEK_CUR) - done, data, done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

static ssize_t read_at(int fd, void *data, size_t size, off64_t offset) {
    REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
    if (known(fd) && fails(ON_READ, names[fd])) return -1;
    return real(fd, data, size, offset);
}
ssize_t pread(int fd, void *data, size_t size, off_t offset) { return read_at(fd, data, size, offset); }
ssize_t pread64(int fd, void *data, size_t size, off64_t offset) {
    return read_at(fd, data, size, offset);
}

static int truncated(int fd, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    if (!known(fd)) return real(fd, size);
    pthread_mutex_lock(&lock);
    int result = fails(ON_TRUNCATE, names[fd]) ? -1 : real(fd, size);
    int error = errno;
    if (!result)
        put((struct header){.op = TRUNCATE, .handle = handles[fd], .offset = size}, NULL, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }

static int allocated(int fd, off64_t offset, off64_t size) {
    REAL(int, "posix_fallocate64", int, off64_t, off64_t);
    if (!known(fd)) return real(fd, offset, size);
    pthread_mutex_lock(&lock);
    int result = fails(ON_WRITE, names[fd]) ? errno : real(fd, offset, size);
    struct stat64 status;
    if (!result && !fstat64(fd, &status))
        put((struct header){.op = TRUNCATE, .handle = handles[fd], .offset = status.st_size},
            NULL, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}
int posix_fallocate(int fd, off_t offset, off_t size) { return allocated(fd, offset, size); }
int posix_fallocate64(int fd, off64_t offset, off64_t size) { return allocated(fd, offset, size); }

static int synced(int fd, int (*real)(int)) {
    if (!known(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    int result = fails(ON_SYNC, names[fd]) ? -1 : real(fd);
    int error = errno;
    put((struct header){.op = result ? SYNC_FAILED : SYNC, .handle = handles[fd]},
        NULL, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real);
}
int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (!ours(from) && !ours(to)) return real(from, to);
    pthread_mutex_lock(&lock);
    int result = fails(ON_NAME, base(to)) ? -1 : real(from, to);
    int error = errno;
    if (!result) put((struct header){.op = RENAME}, from, to, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (!ours(path)) return real(path);
    pthread_mutex_lock(&lock);
    int result = fails(ON_NAME, base(path)) ? -1 : real(path);
    int error = errno;
    if (!result) put((struct header){.op = UNLINK}, path, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    if (!ours(path)) return real(path, mode);
    pthread_mutex_lock(&lock);
    int result = real(path, mode);
    int error = errno;
    if (!result) put((struct header){.op = MKDIR}, path, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    REAL(int, "connect", int, const struct sockaddr *, socklen_t);
    if (sockets && fd >= 0 && fd < FILES && address->sa_family == AF_INET) {
        pthread_mutex_lock(&lock);
        is_tcp[fd] = 1;
        handles[fd] = 0;
        put((struct header){.op = CONNECT, .handle = (uint32_t)fd}, NULL, NULL, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return real(fd, address, length);
}

ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(ssize_t, "send", int, const void *, size_t, int);
    if (fd < 0 || fd >= FILES || !is_tcp[fd]) return real(fd, data, size, flags);
    pthread_mutex_lock(&lock);
    ssize_t done = real(fd, data, size, flags);
    int error = errno;
    if (done > 0) put((struct header){.op = SENT, .handle = (uint32_t)fd}, NULL, NULL, data, (size_t)done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t recv(int fd, void *data, size_t size, int flags) {
    REAL(ssize_t, "recv", int, void *, size_t, int);
    ssize_t done = real(fd, data, size, flags);
    if (done > 0 && fd >= 0 && fd < FILES && is_tcp[fd]) {
        pthread_mutex_lock(&lock);
        put((struct header){.op = RECEIVED, .handle = (uint32_t)fd}, NULL, NULL, data, (size_t)done);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(int, "clock_gettime", clockid_t, struct timespec *);
    int result = real(clock, now);
    if (!result && control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t ns = control->clock_ns + now->tv_nsec + now->tv_sec * 1000000000LL;
        now->tv_sec = ns / 1000000000LL;
        now->tv_nsec = ns % 1000000000LL;
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec precise;
    int result = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return result;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
