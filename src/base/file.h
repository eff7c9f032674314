/* SPDX-License-Identifier: Apache-2.0 */

/* Whole small files of the kernel and of the host, each with a ceiling. */
#ifndef BULKHEAD_BASE_FILE_H
#define BULKHEAD_BASE_FILE_H

#include "base/text.h"

/*
 * Append the bytes of `path` (taken below directory descriptor `dir`, or AT_FDCWD) to text, whose
 * ceiling bounds what is read. Files of /proc say size 0, so it is read to its end. Only regular
 * files are read: -EINVAL for a device, fifo or directory, never waiting for one to open.
 * Negative errno on failure, and text is as before; -EFBIG where the file is larger than the
 * ceiling.
 */
int file_read(int dir, const char *path, struct text *text);

/* The same of any kind of file, a pipe as well: for those that the user names. */
int file_read_any(const char *path, struct text *text);

/* Append where the symbolic link points. Negative errno on failure. */
int file_readlink(int dir, const char *path, struct text *text);

#endif
