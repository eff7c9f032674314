/* SPDX-License-Identifier: Apache-2.0 */

/* Settings of the kernel that a person who judges the host's own hardening looks at. */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define SYSCTL_FOLDER        "/proc/sys"
#define VULNERABILITY_FOLDER "/sys/devices/system/cpu/vulnerabilities"

static const char *const settings[] = {
	"fs/protected_fifos",
	"fs/protected_hardlinks",
	"fs/protected_regular",
	"fs/protected_symlinks",
	"fs/suid_dumpable",
	"kernel/dmesg_restrict",
	"kernel/io_uring_disabled",
	"kernel/kexec_load_disabled",
	"kernel/kptr_restrict",
	"kernel/modules_disabled",
	"kernel/perf_event_paranoid",
	"kernel/randomize_va_space",
	"kernel/sysrq",
	"kernel/unprivileged_bpf_disabled",
	"kernel/yama/ptrace_scope",
	"net/core/bpf_jit_harden",
	"net/ipv4/conf/all/rp_filter",
	"net/ipv4/tcp_syncookies",
};

/* "mitigations" and "audit" of the kernel's command line; the rest of it may hold anything. */
static const char *const boot_options[] = {"audit", "lockdown", "lsm", "mitigations", "security"};

static int record_line(cJSON *object, const char *member, int dir, const char *name,
		       struct text *text)
{
	int r = proc_read(dir, name, text);

	if (r == 0)
		snapshot_add_text(object, member, text_string(text),
				  strcspn(text_string(text), "\n"));
	return r;
}

/* Not every kernel has each of them, but what is there and hidden is told. */
static void record_settings(cJSON *snapshot, cJSON *hardening, struct text *text)
{
	cleanup_fd int dir = host_open(SYSCTL_FOLDER, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cJSON *object = cJSON_AddObjectToObject(hardening, "sysctl");
	cleanup_text struct text hidden = {0};
	int reason = 0;

	for (size_t i = 0; dir >= 0 && i < sizeof(settings) / sizeof(settings[0]); i++) {
		int r = record_line(object, settings[i], dir, settings[i], text);

		if (r == 0 || r == -ENOENT)
			continue;
		text_add_item(&hidden, settings[i]);
		reason = r;
	}
	if (!hidden.length)
		return;
	text_addf(&hidden, ": %s", strerror(-reason));
	snapshot_problem(snapshot, SYSCTL_FOLDER, text_string(&hidden),
			 "some are shown to root alone, or to CAP_SYS_ADMIN", true);
}

static void record_vulnerabilities(cJSON *hardening, struct text *text)
{
	cleanup_dir DIR *dir = host_opendir(VULNERABILITY_FOLDER);
	cJSON *object = cJSON_AddObjectToObject(hardening, "vulnerabilities");

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			record_line(object, entry->d_name, dirfd(dir), entry->d_name, text);
}

static bool is_boot_option(const char *word, size_t length)
{
	size_t name = strcspn(word, "= \n");

	for (size_t i = 0; i < sizeof(boot_options) / sizeof(boot_options[0]); i++)
		if (name < length && strlen(boot_options[i]) == name &&
		    memcmp(boot_options[i], word, name) == 0)
			return true;
	return false;
}

static void record_boot_options(cJSON *hardening, struct text *text)
{
	cJSON *object = cJSON_AddObjectToObject(hardening, "boot_options");

	if (proc_read_host("/proc/cmdline", text) < 0)
		return;
	for (const char *word = text_string(text); *word;) {
		size_t length = strcspn(word, " \n");

		if (is_boot_option(word, length)) {
			char name[16];
			size_t end = strcspn(word, "=");

			snprintf(name, sizeof(name), "%.*s", (int)end, word);
			snapshot_add_text(object, name, word + end + 1, length - end - 1);
		}
		word += length + (word[length] != '\0');
	}
}

/* What the kernel was built with decides whether some ways out are open. */
static const char *const build_options[] = {"STATIC_USERMODEHELPER", "STRICT_DEVMEM"};

static bool is_built_in(const char *config, const char *option)
{
	char line[48];
	int length = snprintf(line, sizeof(line), "\nCONFIG_%s=y\n", option);

	return length > 0 && strstr(config, line);
}

/* From the file that distributions install beside the kernel; another place is compressed. */
static void record_build_options(cJSON *host, cJSON *hardening)
{
	cleanup_text struct text config = TEXT_INIT(PROC_CEILING);
	char path[128];
	cJSON *object;

	snprintf(path, sizeof(path), "/boot/config-%s", doc_string_or(host, "kernel", ""));
	if (host_read(path, &config) < 0)
		return;
	object = cJSON_AddObjectToObject(hardening, "build_options");
	for (size_t i = 0; i < sizeof(build_options) / sizeof(build_options[0]); i++)
		cJSON_AddBoolToObject(object, build_options[i],
				      is_built_in(text_string(&config), build_options[i]));
}

/* Kernels that cannot run a helper for events of devices have no such file. */
static void record_uevent_helper(cJSON *hardening)
{
	struct stat status;
	int r = host_stat("/sys/kernel/uevent_helper", &status);

	if (r == 0 || r == -ENOENT)
		cJSON_AddBoolToObject(hardening, "uevent_helper", r == 0);
}

static void record_first_line(cJSON *hardening, const char *member, const char *path,
			      struct text *text)
{
	if (proc_read_host(path, text) == 0)
		snapshot_add_text(hardening, member, text_string(text),
				  strcspn(text_string(text), "\n"));
}

void hardening_collect(cJSON *snapshot, cJSON *host)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING);
	cJSON *hardening = snapshot_object(host, "hardening");

	record_settings(snapshot, hardening, &text);
	record_vulnerabilities(hardening, &text);
	record_boot_options(hardening, &text);
	record_build_options(host, hardening);
	record_uevent_helper(hardening);
	record_first_line(hardening, "lockdown", "/sys/kernel/security/lockdown", &text);
	record_first_line(hardening, "module_signatures",
			  "/sys/module/module/parameters/sig_enforce", &text);
}
