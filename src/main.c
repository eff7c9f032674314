/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "--version") != 0) {
		fputs("usage: bulkhead --version\n", stderr);
		return 2;
	}
	puts(PACKAGE_STRING);
	return fflush(stdout) == EOF ? 2 : 0;
}
