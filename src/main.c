/* SPDX-License-Identifier: Apache-2.0 */

/* options -> command -> exit status. The only place that prints errors. */
#include "base/doc_memory.h"
#include "base/text.h"
#include "command/command.h"
#include "judge/report.h"
#include "reports/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = {
	&command_audit,   &command_collect, &command_report, &command_list,
	&command_explain, &command_seccomp, &command_doctor, &command_policy,
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct option_spec no_options[] = {{0}};

void command_say(const char *format, ...)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	va_list args;

	va_start(args, format);
	text_vaddf(&text, format, args);
	va_end(args);
	escape_line(stderr, "bulkhead: %s", text_string(&text));
}

int command_no_words(const struct options *options, struct error *err)
{
	size_t n;
	const char *const *words = options_words(options, &n);

	return n ? error_set(err, EINVAL, "unexpected word '%s': see --help", words[0]) : 0;
}

static void general_help(void)
{
	puts("Bulkhead audits a Docker host: its engine, its containers and what the kernel\n"
	     "really enforces, against the CIS Docker Benchmark and beyond.\n"
	     "\n"
	     "Usage: bulkhead [COMMAND] [OPTION]...\n"
	     "\n"
	     "Commands (without one: audit):");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-10s%s\n", commands[i]->name, commands[i]->summary);
	puts("\n"
	     "Every command explains itself: bulkhead audit --help. First steps:\n"
	     "  sudo bulkhead                    audit this host\n"
	     "  bulkhead explain not-privileged  why a control matters and how to meet it\n"
	     "  bulkhead list                    all controls, with their CIS numbers");
}

static void command_help(const struct command *command)
{
	printf("Usage: %s\n\n%s", command->synopsis, command->details);
	options_help(command->options, stdout);
	fputs(command->epilogue, stdout);
}

/* A stdout that could not take all of it must not look like success. */
static int close_stdout(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	command_say("write standard output: %s", strerror(errno));
	return EXIT_TROUBLE;
}

static const struct command *find_command(const char *word)
{
	struct nearest nearest = {.wanted = word};

	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (!strcmp(commands[i]->name, word))
			return commands[i];
		nearest_offer(&nearest, commands[i]->name);
	}
	if (nearest.name)
		command_say("unknown command '%s': did you mean '%s'?", word, nearest.name);
	else
		command_say("unknown command '%s': see bulkhead --help", word);
	return NULL;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct options *options;
	struct error err = {0};
	int r;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0)
			continue;
		command_help(command);
		return EXIT_CLEAN;
	}
	r = options_parse(arena, command->options ? command->options : no_options, argc, argv,
			  &options, &err);
	if (r == 0)
		r = command->run(arena, options, &err);
	if (r >= 0)
		return r;
	command_say("%s", err.text);
	return EXIT_TROUBLE;
}

/*
 * Where a standard stream is closed, its number would go to the next thing opened, and what is
 * meant for the user to that, be it the engine. Opened for reading alone, writing to it still
 * fails.
 */
static void reserve_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
			_exit(EXIT_TROUBLE);
}

int main(int argc, char **argv)
{
	const struct command *command = &command_audit;
	const char *word = argc > 1 ? argv[1] : "";

	reserve_standard_streams();
	doc_memory_init();
	signal(SIGPIPE, SIG_IGN); /* a reader that left is an output error, told as one */
	if (!strcmp(word, "--version") || !strcmp(word, "version")) {
		puts("bulkhead " PACKAGE_VERSION);
		return close_stdout(EXIT_CLEAN);
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		general_help();
		return close_stdout(EXIT_CLEAN);
	}
	if (*word && *word != '-') {
		command = find_command(word);
		if (!command)
			return EXIT_TROUBLE;
		argc--;
		argv++;
	}
	return close_stdout(run_command(command, argc, argv));
}
