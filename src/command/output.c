/* SPDX-License-Identifier: Apache-2.0 */
#include "command/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_TEMPORARIES = 16 };

/* What to remove where a signal ends the program. */
static const char *volatile temporaries[MOST_TEMPORARIES];

static void remember(const char *name, const char *instead_of)
{
	for (size_t i = 0; i < MOST_TEMPORARIES; i++) {
		if (temporaries[i] == instead_of) {
			temporaries[i] = name;
			return;
		}
	}
}

static void remove_and_die(int number)
{
	for (size_t i = 0; i < MOST_TEMPORARIES; i++)
		if (temporaries[i])
			unlink(temporaries[i]);
	raise(number); /* SA_RESETHAND: this time it ends the program */
}

static void catch_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	const struct sigaction clean = {.sa_handler = remove_and_die, .sa_flags = SA_RESETHAND};
	struct sigaction old;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &clean, NULL);
}

static int open_direct(struct output *output, struct error *err)
{
	output->stream = fopen(output->path, "we");
	if (!output->stream)
		return error_set(err, errno, "write %s: %s", output->path, strerror(errno));
	return 0;
}

/* The mode that a newly created file would get: the umask can only be read by setting it. */
static mode_t ordinary_mode(void)
{
	mode_t mask = umask(022);

	umask(mask);
	return 0666 & ~mask;
}

static int open_temporary(struct arena *arena, struct output *output, const struct stat *old,
			  struct error *err)
{
	int fd;

	output->temporary = arena_printf(arena, "%s.XXXXXX", output->path);
	fd = mkostemp(output->temporary, O_CLOEXEC);
	if (fd < 0) {
		output->temporary = NULL;
		return error_set(err, errno, "write %s: %s", output->path, strerror(errno));
	}
	if (fchmod(fd, old ? old->st_mode & 0777 : ordinary_mode()) < 0 ||
	    !(output->stream = fdopen(fd, "w"))) {
		int code = errno;

		close(fd);
		unlink(output->temporary);
		output->temporary = NULL;
		return error_set(err, code, "write %s: %s", output->path, strerror(code));
	}
	remember(output->temporary, NULL);
	catch_signals();
	return 0;
}

int output_open(struct arena *arena, const char *path, struct output *ret, struct error *err)
{
	struct output output = {.path = path ? path : "-"};
	struct stat old;
	int r = 0;

	/* What a link names is written in place: /dev/stdout is one, and has to stay. */
	if (!strcmp(output.path, "-"))
		output.stream = stdout;
	else if (lstat(output.path, &old) < 0)
		r = open_temporary(arena, &output, NULL, err);
	else if (S_ISREG(old.st_mode))
		r = open_temporary(arena, &output, &old, err);
	else
		r = open_direct(&output, err);
	if (r == 0)
		*ret = output;
	return r;
}

/* ferror() alone does not say why; what the last write left in errno does. */
static int finish(struct output *output)
{
	FILE *stream = output->stream;
	int code = 0;

	errno = 0;
	if (fflush(stream) != 0 || ferror(stream))
		code = errno ? errno : EIO;
	if (!code && output->temporary && fsync(fileno(stream)) < 0 && errno != EINVAL)
		code = errno;
	if (stream != stdout && fclose(stream) != 0 && !code)
		code = errno;
	output->stream = NULL;
	return code;
}

int output_commit(struct output *output, struct error *err)
{
	const char *name = strcmp(output->path, "-") ? output->path : "standard output";
	int code;

	if (!output->stream)
		return 0;
	code = finish(output);
	if (!code && output->temporary && rename(output->temporary, output->path) < 0)
		code = errno;
	if (code) {
		output_discard(output);
		return error_set(err, code, "write %s: %s", name, strerror(code));
	}
	if (output->temporary)
		remember(NULL, output->temporary);
	output->temporary = NULL;
	return 0;
}

void output_discard(struct output *output)
{
	if (output->stream && output->stream != stdout)
		fclose(output->stream);
	if (output->temporary) {
		unlink(output->temporary);
		remember(NULL, output->temporary);
	}
	output->stream = NULL;
	output->temporary = NULL;
}

bool output_is_terminal(const struct output *output)
{
	return output->stream && isatty(fileno(output->stream));
}
