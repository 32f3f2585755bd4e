// A library for LD_PRELOAD whose system calls fail when they are told to: what a full disk, a failing
// one, or a process without free descriptors does to a program, at every single call.
//
// Only calls count that name something below TORTURE_ROOT, or a descriptor that was opened there.
//
//   TORTURE_ROOT      the folder, absolute
//   TORTURE_RECORD    a file of 4096 bytes: counts of calls by family, and what was done to which call
//   TORTURE_FAMILY    open, read, write, sync, rename, stat, close, mkdir, unlink, truncate, map, lock
//   TORTURE_AT        which call of the family, from 1; 0 counts only
//   TORTURE_ERROR     an errno by name, SHORT (half of the bytes are read or written), or KILL (SIGKILL)
//   TORTURE_LASTING   1: that call and all later ones of the family
//   TORTURE_CHILDREN  1: child processes are treated alike, each with a count of its own
//   TORTURE_ROT       PATH:OFFSET:MASK: reads of that file find one byte changed by an exclusive or, while
//                     the file's size and times say that nothing happened
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum family { OPEN, READ, WRITE, SYNC, RENAME, STAT, CLOSE, MKDIR, UNLINK, TRUNCATE, MAP, LOCK, FAMILIES };
static const char *const names[FAMILIES] = {"open",  "read",   "write",    "sync", "rename", "stat",
                                            "close", "mkdir", "unlink", "truncate", "map",  "lock"};

struct record {
  _Atomic uint64_t counts[32];
  _Atomic uint64_t failed;  // How many calls were disturbed.
  char call[1024];          // The first of them: function and path.
};

enum { SHORT = -1, KILL = -2 };
enum { DESCRIPTORS = 65536 };

static struct record *record;
static char root[PATH_MAX];
static size_t root_length;
static int chosen = -1, error;
static uint64_t at;
static int lasting;
static _Atomic uint8_t inside[DESCRIPTORS];  // 1: opened below the root; 2: the rotten file.
static char rotten[PATH_MAX];
static off_t rot_offset = -1;
static uint8_t rot_mask;

// The next library's function of the same name.
#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int error_number(const char *name) {
  static const struct { const char *name; int number; } known[] = {
      {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EMFILE", EMFILE}, {"EACCES", EACCES}, {"EINTR", EINTR},
      {"EDQUOT", EDQUOT}, {"ESTALE", ESTALE}, {"SHORT", SHORT}, {"KILL", KILL}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(name, known[i].name)) return known[i].number;
  fprintf(stderr, "failing_io: unknown error %s\n", name);
  abort();
}

__attribute__((constructor)) static void start(void) {
  const char *folder = getenv("TORTURE_ROOT"), *file = getenv("TORTURE_RECORD");
  if (!folder || !file) return;
  int descriptor = open(file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (map == MAP_FAILED) return;
  const char *family = getenv("TORTURE_FAMILY"), *word = getenv("TORTURE_ERROR"), *rot = getenv("TORTURE_ROT");
  for (int i = 0; family && i < FAMILIES; i++)
    if (!strcmp(family, names[i])) chosen = i;
  if (word) error = error_number(word);
  if (getenv("TORTURE_AT")) at = strtoull(getenv("TORTURE_AT"), NULL, 10);
  lasting = getenv("TORTURE_LASTING") != NULL;
  if (rot) {
    unsigned mask;
    long offset;
    if (sscanf(rot, "%4000[^:]:%ld:%u", rotten, &offset, &mask) == 3) rot_offset = offset, rot_mask = mask;
  }
  if (!getenv("TORTURE_CHILDREN")) unsetenv("LD_PRELOAD");
  snprintf(root, sizeof root, "%s/", folder);
  root_length = strlen(root);
  record = map;
}

static const char *whole(const char *path, char *buffer) {
  if (*path == '/') return path;
  char folder[PATH_MAX];
  if (!getcwd(folder, sizeof folder)) return path;
  while (path[0] == '.' && path[1] == '/') path += 2;
  snprintf(buffer, 2 * PATH_MAX, "%s/%s", folder, path);
  return buffer;
}

static int is_ours(const char *path) {
  if (!record || !path) return 0;
  char buffer[2 * PATH_MAX];
  return !strncmp(whole(path, buffer), root, root_length);
}

static int is_open(int descriptor) {
  return record && descriptor >= 0 && descriptor < DESCRIPTORS && inside[descriptor];
}

static int is_ours_at(int folder, const char *path) {
  return path && *path != '/' && folder != AT_FDCWD ? is_open(folder) : is_ours(path);
}

// Counts a call. Returns whether it is to be disturbed.
static int disturbs(enum family family, const char *function, const char *path, int descriptor) {
  uint64_t number = atomic_fetch_add(&record->counts[family], 1) + 1;
  if ((int)family != chosen || !at || (lasting ? number < at : number != at)) return 0;
  if (atomic_fetch_add(&record->failed, 1) == 0) {
    char link[64], target[PATH_MAX] = "";
    if (!path) {
      snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
      if (readlink(link, target, sizeof target - 1) > 0) path = target;
    }
    snprintf(record->call, sizeof record->call, "%s %s", function, path ? path : "?");
  }
  if (error == KILL) {
    kill(getpid(), SIGKILL);
    pause();
  }
  return 1;
}

// Fails the call with the error; a short count is no error of calls without a count.
#define FAIL_PATH(family, path, failure) \
  if (is_ours(path) && disturbs(family, __func__, path, -1) && error > 0) { errno = error; return failure; }
#define FAIL_AT(family, folder, path, failure) \
  if (is_ours_at(folder, path) && disturbs(family, __func__, path, -1) && error > 0) { errno = error; return failure; }
#define FAIL_OPEN(family, descriptor, failure) \
  if (is_open(descriptor) && disturbs(family, __func__, NULL, descriptor) && error > 0) { errno = error; return failure; }
#define FAIL_OR_SHORTEN(family, descriptor, count) \
  if (is_open(descriptor) && disturbs(family, __func__, NULL, descriptor)) { \
    if (error > 0) { errno = error; return -1; } \
    if (error == SHORT && count > 1) count /= 2; \
  }

static int opened(int descriptor, const char *path, int ours) {
  if (!record || descriptor < 0 || descriptor >= DESCRIPTORS) return descriptor;
  char buffer[2 * PATH_MAX];
  inside[descriptor] = ours ? rot_offset >= 0 && !strcmp(whole(path, buffer), rotten) ? 2 : 1 : 0;
  return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0;
}

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list arguments; \
    va_start(arguments, flags); \
    mode_t mode = mode_of(flags, arguments); \
    va_end(arguments); \
    FAIL_PATH(OPEN, path, -1) \
    return opened(real(path, flags, mode), path, is_ours(path)); \
  }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(name); \
    va_list arguments; \
    va_start(arguments, flags); \
    mode_t mode = mode_of(flags, arguments); \
    va_end(arguments); \
    FAIL_AT(OPEN, folder, path, -1) \
    return opened(real(folder, path, flags, mode), path, is_ours_at(folder, path)); \
  }
OPENS_AT(openat)
OPENS_AT(openat64)

int creat(const char *path, mode_t mode) {
  REAL(creat);
  FAIL_PATH(OPEN, path, -1)
  return opened(real(path, mode), path, is_ours(path));
}

DIR *opendir(const char *path) {
  REAL(opendir);
  FAIL_PATH(OPEN, path, NULL)
  DIR *folder = real(path);
  if (folder) opened(dirfd(folder), path, is_ours(path));
  return folder;
}

#define READS_FOLDER(name, entry) \
  struct entry *name(DIR *folder) { \
    REAL(name); \
    FAIL_OPEN(READ, dirfd(folder), NULL) \
    return real(folder); \
  }
READS_FOLDER(readdir, dirent)
READS_FOLDER(readdir64, dirent64)

// One byte of the rotten file, where a read that began at `start` has it.
static ssize_t rot(int descriptor, void *buffer, ssize_t count, off_t start) {
  if (is_open(descriptor) && inside[descriptor] == 2 && rot_offset >= start && rot_offset < start + count) {
    ((uint8_t *)buffer)[rot_offset - start] ^= rot_mask;
    atomic_fetch_add(&record->failed, 1);
  }
  return count;
}

ssize_t read(int descriptor, void *buffer, size_t count) {
  REAL(read);
  FAIL_OR_SHORTEN(READ, descriptor, count)
  off_t start = is_open(descriptor) && inside[descriptor] == 2 ? lseek(descriptor, 0, SEEK_CUR) : 0;
  return rot(descriptor, buffer, real(descriptor, buffer, count), start);
}

#define PREADS(name) \
  ssize_t name(int descriptor, void *buffer, size_t count, off_t offset) { \
    REAL(name); \
    FAIL_OR_SHORTEN(READ, descriptor, count) \
    return rot(descriptor, buffer, real(descriptor, buffer, count, offset), offset); \
  }
PREADS(pread)
PREADS(pread64)

ssize_t write(int descriptor, const void *buffer, size_t count) {
  REAL(write);
  FAIL_OR_SHORTEN(WRITE, descriptor, count)
  return real(descriptor, buffer, count);
}

#define PWRITES(name) \
  ssize_t name(int descriptor, const void *buffer, size_t count, off_t offset) { \
    REAL(name); \
    FAIL_OR_SHORTEN(WRITE, descriptor, count) \
    return real(descriptor, buffer, count, offset); \
  }
PWRITES(pwrite)
PWRITES(pwrite64)

// Vectors fail whole.
#define VECTORS(name, family) \
  ssize_t name(int descriptor, const struct iovec *vectors, int count) { \
    REAL(name); \
    FAIL_OPEN(family, descriptor, -1) \
    return real(descriptor, vectors, count); \
  }
VECTORS(readv, READ)
VECTORS(writev, WRITE)

#define ON_DESCRIPTOR(name, family, parameters, arguments) \
  int name parameters { \
    REAL(name); \
    FAIL_OPEN(family, descriptor, -1) \
    return real arguments; \
  }
ON_DESCRIPTOR(fsync, SYNC, (int descriptor), (descriptor))
ON_DESCRIPTOR(fdatasync, SYNC, (int descriptor), (descriptor))
ON_DESCRIPTOR(ftruncate, TRUNCATE, (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR(ftruncate64, TRUNCATE, (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR(flock, LOCK, (int descriptor, int operation), (descriptor, operation))
ON_DESCRIPTOR(fstat, STAT, (int descriptor, struct stat *status), (descriptor, status))
ON_DESCRIPTOR(fstat64, STAT, (int descriptor, struct stat64 *status), (descriptor, status))

#define ON_PATH(name, family, parameters, arguments) \
  int name parameters { \
    REAL(name); \
    FAIL_PATH(family, path, -1) \
    return real arguments; \
  }
ON_PATH(rename, RENAME, (const char *path, const char *to), (path, to))
ON_PATH(stat, STAT, (const char *path, struct stat *status), (path, status))
ON_PATH(stat64, STAT, (const char *path, struct stat64 *status), (path, status))
ON_PATH(lstat, STAT, (const char *path, struct stat *status), (path, status))
ON_PATH(lstat64, STAT, (const char *path, struct stat64 *status), (path, status))
ON_PATH(access, STAT, (const char *path, int mode), (path, mode))
ON_PATH(mkdir, MKDIR, (const char *path, mode_t mode), (path, mode))
ON_PATH(unlink, UNLINK, (const char *path), (path))
ON_PATH(rmdir, UNLINK, (const char *path), (path))
ON_PATH(remove, UNLINK, (const char *path), (path))

#define ON_PATH_AT(name, family, parameters, arguments) \
  int name parameters { \
    REAL(name); \
    FAIL_AT(family, folder, path, -1) \
    return real arguments; \
  }
ON_PATH_AT(renameat, RENAME, (int folder, const char *path, int other, const char *to), (folder, path, other, to))
ON_PATH_AT(renameat2, RENAME, (int folder, const char *path, int other, const char *to, unsigned flags),
           (folder, path, other, to, flags))
ON_PATH_AT(fstatat, STAT, (int folder, const char *path, struct stat *status, int flags), (folder, path, status, flags))
ON_PATH_AT(fstatat64, STAT, (int folder, const char *path, struct stat64 *status, int flags),
           (folder, path, status, flags))
ON_PATH_AT(statx, STAT, (int folder, const char *path, int flags, unsigned mask, struct statx *status),
           (folder, path, flags, mask, status))
ON_PATH_AT(unlinkat, UNLINK, (int folder, const char *path, int flags), (folder, path, flags))
ON_PATH_AT(mkdirat, MKDIR, (int folder, const char *path, mode_t mode), (folder, path, mode))

// As with the kernel's own errors, a descriptor is closed even where close fails.
int close(int descriptor) {
  REAL(close);
  int fails = is_open(descriptor) && disturbs(CLOSE, "close", NULL, descriptor) && error > 0;
  if (record && descriptor >= 0 && descriptor < DESCRIPTORS) inside[descriptor] = 0;
  int result = real(descriptor);
  if (!fails) return result;
  errno = error;
  return -1;
}

int closedir(DIR *folder) {
  REAL(closedir);
  int descriptor = dirfd(folder);
  if (record && descriptor >= 0 && descriptor < DESCRIPTORS) inside[descriptor] = 0;
  return real(folder);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  REAL(mmap);
  FAIL_OPEN(MAP, descriptor, MAP_FAILED)
  return real(address, length, protection, flags, descriptor, offset);
}
