/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/trusted_path.h"

#include "base/path.h"

#include <stddef.h>

/* A path, whose components may be shell patterns, and what it is for a sentence. */
struct place {
	const char *path, *what;
};

/* The gravest first: of a directory above several, the first is named. */
static const struct place trusted[] = {
	{"/etc/passwd", "accounts"},
	{"/etc/shadow", "passwords"},
	{"/etc/group", "accounts"},
	{"/etc/gshadow", "passwords"},
	{"/etc/sudoers", "who may become root"},
	{"/etc/sudoers.d", "who may become root"},
	{"/etc/doas.conf", "who may become root"},
	{"/etc/polkit-1", "who may act as root"},
	{"/etc/crontab", "what cron runs"},
	{"/etc/anacrontab", "what cron runs"},
	{"/etc/cron.*", "what cron runs"},
	{"/var/spool/cron", "what cron runs"},
	{"/var/spool/at", "what at runs"},
	{"/etc/systemd", "the units that systemd starts"},
	{"/run/systemd/system", "the units that systemd starts"},
	{"/run/systemd/transient", "the units that systemd starts"},
	{"/run/systemd/generator*", "the units that systemd starts"},
	{"/etc/init.d", "what the host starts"},
	{"/etc/rc.local", "what the host starts"},
	{"/etc/rc*.d", "what the host starts"},
	{"/etc/ld.so.preload", "libraries that every program loads"},
	{"/etc/ld.so.conf", "libraries that every program loads"},
	{"/etc/ld.so.conf.d", "libraries that every program loads"},
	{"/etc/ld.so.cache", "libraries that every program loads"},
	{"/etc/pam.d", "who may log in"},
	{"/etc/security", "who may log in"},
	{"/etc/nsswitch.conf", "who may log in"},
	{"/etc/ssh", "who may log in"},
	{"/etc/profile", "what shells run"},
	{"/etc/profile.d", "what shells run"},
	{"/etc/bash.bashrc", "what shells run"},
	{"/etc/environment", "what shells run"},
	{"/etc/update-motd.d", "what runs at each login"},
	{"/etc/udev", "what udev runs"},
	{"/run/udev/rules.d", "what udev runs"},
	{"/etc/modprobe.d", "what the kernel loads"},
	{"/etc/modules-load.d", "what the kernel loads"},
	{"/etc/sysctl.d", "settings of the kernel"},
	{"/etc/sysctl.conf", "settings of the kernel"},
	{"/etc/logrotate.d", "what logrotate runs"},
	{"/etc/logrotate.conf", "what logrotate runs"},
	{"/etc/apt", "what the package manager runs"},
	{"/etc/NetworkManager", "what NetworkManager runs"},
	{"/etc/network", "what runs with the network"},
	{"/etc/docker", "settings of the engine"},
	{"/etc/containerd", "settings of containerd"},
	{"/etc/default", "settings of services"},
	{"/etc/sysconfig", "settings of services"},
	{"/etc/kubernetes", "pods and keys of the cluster"},
	{"/etc/cni", "what runs with each pod's network"},
	{"/opt/cni", "what runs with each pod's network"},
	{"/opt/containerd", "programs that containerd runs"},
	{"/etc/rancher", "settings of the cluster"},
	{"/root", "files of root"},
	{"/usr/bin", "programs"},
	{"/usr/sbin", "programs"},
	{"/usr/local/bin", "programs"},
	{"/usr/local/sbin", "programs"},
	{"/usr/libexec", "programs"},
	{"/usr/lib", "programs and libraries"},
	{"/usr/lib32", "libraries"},
	{"/usr/lib64", "libraries"},
	{"/usr/libx32", "libraries"},
	{"/usr/local/lib", "libraries"},
	{"/bin", "programs"},
	{"/sbin", "programs"},
	{"/lib", "programs and libraries"},
	{"/lib32", "libraries"},
	{"/lib64", "libraries"},
	{"/boot", "the kernel"},
	{"/run/containerd", "what the runtime starts containers from"},
	{"/run/docker/runtime*", "state of the runtime"},
	{"/run/docker/containerd", "what the runtime starts containers from"},
	{"/var/lib/kubelet", "pods of the cluster"},
	{"/home/*/.ssh", "keys of users"},
	{"/home/*/.profile", "what shells run"},
	{"/home/*/.bashrc", "what shells run"},
	{"/home/*/.bash_profile", "what shells run"},
	{"/home/*/.zshrc", "what shells run"},
	{"/home/*/.config/systemd", "units of users"},
};

static const struct place secret[] = {
	{"/etc/shadow", "password hashes"},
	{"/etc/gshadow", "password hashes"},
	{"/etc/ssh", "keys of the SSH server"},
	{"/etc/ssl/private", "private keys"},
	{"/etc/pki/tls/private", "private keys"},
	{"/etc/krb5.keytab", "Kerberos keys"},
	{"/etc/NetworkManager/system-connections", "network passwords"},
	{"/etc/kubernetes", "keys of the cluster"},
	{"/etc/rancher", "keys of the cluster"},
	{"/var/lib/rancher", "keys of the cluster"},
	{"/var/lib/kubelet", "keys and secrets of pods"},
	{"/root", "files of root"},
	{"/var/lib/cloud", "what the cloud told this machine"},
	{"/run/cloud-init", "what the cloud told this machine"},
	{"/run/credentials", "credentials of services"},
	{"/var/lib/sss", "password hashes"},
	{"/home/*/.ssh", "keys of users"},
	{"/home/*/.aws", "keys to the cloud"},
	{"/home/*/.azure", "keys to the cloud"},
	{"/home/*/.config/gcloud", "keys to the cloud"},
	{"/home/*/.kube", "keys of the cluster"},
	{"/home/*/.docker", "passwords of registries"},
	{"/home/*/.gnupg", "keys of users"},
	{"/home/*/.netrc", "passwords of users"},
};

/* A directory above gives all that is in it. */
static const char *find(const struct place *places, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (path_relate(path, places[i].path) != PATH_APART)
			return places[i].what;
	return NULL;
}

const char *trusted_path(const char *path)
{
	return find(trusted, sizeof(trusted) / sizeof(trusted[0]), path);
}

const char *secret_path(const char *path)
{
	return find(secret, sizeof(secret) / sizeof(secret[0]), path);
}
