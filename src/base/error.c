/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void fill(char *text, size_t size, const char *format,
						       va_list args)
{
	int length = vsnprintf(text, size, format, args);

	if (length >= 0 && (size_t)length >= size)
		memcpy(text + size - sizeof("..."), "...", sizeof("..."));
}

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return -code;
	err->code = code;
	va_start(args, format);
	fill(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -code;
}

int error_wrap(struct error *err, const char *format, ...)
{
	char context[sizeof(err->text)], cause[sizeof(err->text)];
	va_list args;

	if (!err)
		return -EINVAL;
	va_start(args, format);
	fill(context, sizeof(context), format, args);
	va_end(args);
	memcpy(cause, err->text, sizeof(cause));
	return error_set(err, err->code ? err->code : EINVAL, "%s: %s", context, cause);
}
