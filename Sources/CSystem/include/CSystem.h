#ifndef TESSERA_CSYSTEM_H
#define TESSERA_CSYSTEM_H

#include <sys/types.h>

// Exchanges what two paths of one file system name, at once. 0, or -1 with errno: ENOSYS or EINVAL where the
// system or the file system has no such call.
int tessera_exchange(const char *first, const char *second);

// A program to be started.
struct tessera_program {
  const char *path;
  // With the program's own name first; both end in NULL.
  const char *const *arguments;
  const char *const *environment;
  // Where it works; NULL for the present folder.
  const char *folder;
  // Which of its streams the caller reads, 1 or 2; the other one and its input are /dev/null.
  int stream;
};

// Starts a program in a process group of its own, with no other descriptor, every signal as by default but
// SIGXFSZ, which is ignored: so a write past a limit fails instead of ending it. On Linux it is killed when the
// calling thread ends.
//
// The child's identifier, and in `reading` a descriptor that reads its stream; or -1 with errno.
pid_t tessera_start(const struct tessera_program *program, int *reading);

#endif
