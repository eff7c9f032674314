/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Why something failed, in words that a user can act on.
 *
 * A function that can fail takes `struct error *err` last and returns a negative errno (or NULL).
 * Where it fails it fills err once with error_set(); each caller on the way up may put its own
 * context in front with error_wrap(): "read /etc/docker/daemon.json: line 3: expected a value".
 * On success err is not touched. The object lives on the caller's stack with a fixed buffer, so
 * that reporting cannot itself fail; a longer text is cut and ends in "...".
 *
 * Only main prints. The text may hold an attacker's bytes (an engine's reply, a file's name): who
 * prints it escapes it.
 */
#ifndef BULKHEAD_BASE_ERROR_H
#define BULKHEAD_BASE_ERROR_H

struct error {
	int code;        /* positive errno; 0 while nothing has failed */
	char text[1024]; /* one sentence, no newline at its end */
};

/* Fill err (which may be NULL) and return -code. */
__attribute__((format(printf, 3, 4))) int error_set(struct error *err, int code, const char *format,
						    ...);

/* Put "context: " in front of what err says and return its -code. */
__attribute__((format(printf, 2, 3))) int error_wrap(struct error *err, const char *format, ...);

#endif
