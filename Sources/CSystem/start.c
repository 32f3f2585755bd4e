// A program started by vfork: between it and exec only calls that are safe after a fork of a process with
// many threads.
#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// What the child needs of its parent, whose memory it shares until exec on Linux.
struct start {
  const struct tessera_program *program;
  int null;
  int writing;
  pid_t parent;
  volatile int error;
};

static void close_others(void) {
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  if (limit < 0 || limit > 65536) limit = 65536;
  for (int number = 3; number < limit; number++) close(number);
}

static void reset_signals(void) {
  struct sigaction usual = {0};
  usual.sa_handler = SIG_DFL;
  // Fails for the few that cannot be changed, which are as by default anyway.
  for (int number = 1; number < NSIG; number++) sigaction(number, &usual, NULL);
  usual.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &usual, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

__attribute__((noinline, noreturn)) static void become(struct start *start) {
  const struct tessera_program *program = start->program;
  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before it was asked to be told.
  if (getppid() != start->parent) _exit(127);
#endif
  reset_signals();
  for (int number = 0; number < 3; number++) {
    int source = number == program->stream ? start->writing : start->null;
    if (dup2(source, number) < 0) goto failed;
  }
  close_others();
  if (program->folder && chdir(program->folder) != 0) goto failed;
  execve(program->path, (char *const *)program->arguments, (char *const *)program->environment);
failed:
  start->error = errno;
  _exit(127);
}

static int make_pipe(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC);
#else
  if (pipe(ends) != 0) return -1;
  for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  return 0;
#endif
}

pid_t tessera_start(const struct tessera_program *program, int *reading) {
  int ends[2];
  struct start start = {program, open("/dev/null", O_RDWR | O_CLOEXEC), -1, getpid(), 0};
  if (start.null < 0) return -1;
  if (make_pipe(ends) != 0) {
    int error = errno;
    close(start.null);
    errno = error;
    return -1;
  }
  start.writing = ends[1];
  // A handler of ours that ran in the child would run on our memory.
  sigset_t all, own;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &own);
#ifdef __linux__
  pid_t child = vfork();
#else
  pid_t child = fork();
#endif
  if (child == 0) become(&start);
  int error = child < 0 ? errno : start.error;
  pthread_sigmask(SIG_SETMASK, &own, NULL);
  close(start.null);
  close(ends[1]);
  if (error == 0) {
    *reading = ends[0];
    return child;
  }
  close(ends[0]);
  if (child > 0) {
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  }
  errno = error;
  return -1;
}
