// Checks the limits that the shell gave before any library starts: OpenBLAS takes memory in its constructor and
// asks for ever where it gets none, threads begin with the stack that the limit names, and libdispatch ends the
// process where it finds no descriptor.
#ifdef __linux__
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void end(const char *message) {
  ssize_t written = write(STDERR_FILENO, message, strlen(message));
  (void)written;
  _exit(69);
}

static void tessera_check_limits(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur < (rlim_t)2 << 30)
    end("tessera: expected at least 2 GiB of address space, found a lower limit; raise it: ulimit -v "
        "unlimited\n");
  if (getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur < (rlim_t)2 << 30)
    end("tessera: expected at least 2 GiB of data, found a lower limit; raise it: ulimit -d unlimited\n");
  // Foundation starts a child with the first 256 descriptors in mind: below that it finds a bad one.
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 256) {
    limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
    if (limit.rlim_cur < 256 || setrlimit(RLIMIT_NOFILE, &limit) != 0)
      end("tessera: expected at least 256 open files, found a lower limit; raise it: ulimit -n 1024\n");
  }
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < (rlim_t)1 << 20)
    end("tessera: expected a stack of at least 1 MiB, found a lower limit; raise it: ulimit -s 8192\n");
}

// Runs before the constructors of shared libraries, which those of a program follow.
__attribute__((section(".preinit_array"), used)) static void (*tessera_limits)(void) =
    tessera_check_limits;
#endif
