/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/redact.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/secret.h"
#include "tests/unit/unit.h"

#include <string.h>

static const struct {
	void (*redact)(cJSON *doc);
	const char *before, *after;
} cases[] = {
	/* Environment: names and lengths. */
	{redact_container, "{'Config': {'Env': ['A=secret', 'B=', 'C', 'D=x=y', 7]}}",
	 "{'Config': {'Env': [{'name': 'A', 'length': 6}, {'name': 'B', 'length': 0},"
	 "{'name': 'C'}, {'name': 'D', 'length': 3}, {'name': ''}]}}"},
	{redact_container, "{'Config': {'Env': ['DOCKER_HOST=tcp://me:pw@host:1']}}",
	 "{'Config': {'Env': [{'name': 'DOCKER_HOST', 'length': 18, 'secret': 'value', 'value': "
	 "'tcp://host:1'}]}}"},
	{redact_container, "{'Config': {'Env': ['DB_PASSWORD=x', 'U=a://b:c@d/']}}",
	 "{'Config': {'Env': [{'name': 'DB_PASSWORD', 'length': 1, 'secret': 'name'},"
	 "{'name': 'U', 'length': 10, 'secret': 'value'}]}}"},
	{redact_service,
	 "{'ID': 'x', 'PreviousSpec': {'Name': 'a'}, 'Spec': {'Labels': {'api_key': 'abc'},"
	 "'TaskTemplate': {'ContainerSpec': {'Image': 'a:1', 'Args': ['serve', '--key=abc'],"
	 "'Env': ['A=b'], 'Secrets': [{'SecretName': 'db'}]}}}}",
	 "{'ID': 'x', 'Spec': {'Labels': {'api_key': '<3 bytes>'},"
	 "'TaskTemplate': {'ContainerSpec': {'Image': 'a:1', 'Args': ['serve', '--key=<3 bytes>'],"
	 "'Env': [{'name': 'A', 'length': 1}], 'Secrets': [{'SecretName': 'db'}]}}}}"},
	{redact_info,
	 "{'SecurityOptions': [], 'Swarm': {'Cluster': {'JoinTokens': {'Worker': 'SWMTKN-1'},"
	 "'Spec': {'CAConfig': {'NodeCertExpiry': 1, 'SigningCAKey': 'k', 'SigningCACert': 'c'}},"
	 "'TLSInfo': {'TrustRoot': 'pem'}}}}",
	 "{'SecurityOptions': [], 'Swarm': {'Cluster': {'Spec': {'CAConfig':"
	 "{'NodeCertExpiry': 1}}, 'TLSInfo': {'TrustRoot': 'pem'}}}}"},
	{redact_container, "{'Config': {'Env': 'A=secret'}}", "{'Config': {'Env': '<8 bytes>'}}"},
	{redact_container, "{'Config': {'Env': {'A': 'secret'}}}",
	 "{'Config': {'Env': '<value>'}}"},

	/* Command lines: the program and the names of options. */
	{redact_container, "{'Path': 'mysqld', 'Args': ['-pSECRET', '--password=abc', '--x', 'y']}",
	 "{'Path': 'mysqld', 'Args': ['-p<6 bytes>', '--password=<3 bytes>', '--x', '<1 bytes>']}"},
	{redact_container, "{'Config': {'Cmd': ['sh', '-c', 'echo pw'], 'Entrypoint': null}}",
	 "{'Config': {'Cmd': ['sh', '-c', '<7 bytes>']}}"},
	{redact_container, "{'Config': {'Cmd': ['sh', '-c'], 'Entrypoint': []}}",
	 "{'Config': {'Cmd': ['sh', '-c'], 'Entrypoint': []}}"},
	{redact_container, "{'Config': {'Cmd': ['pw', '-'], 'Entrypoint': ['/run', 'pw', '--']}}",
	 "{'Config': {'Cmd': ['<2 bytes>', '-'], 'Entrypoint': ['/run', '<2 bytes>', '--']}}"},
	{redact_container, "{'Args': ['-----BEGIN PRIVATE KEY-----', '--a b', '-\\u00e9x', 7, {}]}",
	 "{'Args': ['<27 bytes>', '<5 bytes>', '<4 bytes>', '<value>', '<value>']}"},
	{redact_container, "{'Config': {'Healthcheck': {'Test': ['CMD', 'curl', '-u', 'a:b']}}}",
	 "{'Config': {'Healthcheck': {'Test': ['CMD', 'curl', '-u', '<3 bytes>']}}}"},
	{redact_container, "{'Config': {'Healthcheck': {'Test': ['CMD-SHELL', 'curl x']}}}",
	 "{'Config': {'Healthcheck': {'Test': ['CMD-SHELL', '<6 bytes>']}}}"},
	{redact_container, "{'Config': {'Healthcheck': {'Test': ['NONE']}}}",
	 "{'Config': {'Healthcheck': {'Test': ['NONE']}}}"},
	{redact_container, "{'Config': {'Healthcheck': {'Test': ['pw']}}}",
	 "{'Config': {'Healthcheck': {'Test': ['<2 bytes>']}}}"},
	{redact_exec, "{'ProcessConfig': {'entrypoint': 'sh', 'arguments': ['-c', 'pw']}}",
	 "{'ProcessConfig': {'entrypoint': 'sh', 'arguments': ['-c', '<2 bytes>']}}"},
	{redact_image, "{'Config': {'OnBuild': ['RUN curl -u a:b x', 'x']}}",
	 "{'Config': {'OnBuild': ['RUN <13 bytes>', '<1 bytes>']}}"},

	/* Labels. */
	{redact_container,
	 "{'Config': {'Labels': {'com.docker.compose.config-hash': "
	 "'c72cf3cf087c6f305226c21aaf71a4e1', 'maintainer': 'Jane', 'db.password': 'x',"
	 "'users': 'admin:$apr1$abc', 'url': 'https://a:b@host', 'org.opencontainers.image.source':"
	 "'https://a:b@host/x', 'k': 7}}}",
	 "{'Config': {'Labels': {'com.docker.compose.config-hash': "
	 "'c72cf3cf087c6f305226c21aaf71a4e1', 'maintainer': 'Jane', 'db.password': '<1 bytes>',"
	 "'users': '<15 bytes>', 'url': '<16 bytes>', 'org.opencontainers.image.source':"
	 "'https://host/x', 'k': '<value>'}}}"},

	/* Options of drivers. */
	{redact_container,
	 "{'HostConfig': {'LogConfig': {'Type': 'splunk', 'Config': {'splunk-token': 'x',"
	 "'splunk-url': 'https://a:b@host', 'max-size': '10m', 'syslog-address': 'tcp://h:1'}}}}",
	 "{'HostConfig': {'LogConfig': {'Type': 'splunk', 'Config': {'splunk-token': '<1 bytes>',"
	 "'splunk-url': 'https://host', 'max-size': '10m', 'syslog-address': 'tcp://h:1'}}}}"},
	{redact_container,
	 "{'HostConfig': {'Mounts': [{'VolumeOptions': {'DriverConfig': {'Options': "
	 "{'o': 'username=me,password=pw,addr=h,rw', 'type': 'cifs', 'device': '//me:pw@h/s',"
	 "'key': 'x'}}}}]}}",
	 "{'HostConfig': {'Mounts': [{'VolumeOptions': {'DriverConfig': {'Options': "
	 "{'o': 'username=<2 bytes>,password=<2 bytes>,addr=h,rw', 'type': 'cifs',"
	 "'device': '//h/s', 'key': '<1 bytes>'}}}}]}}"},
	{redact_volume, "{'Name': 'v', 'Options': {'o': 'bind', 'type': 'none', 'device': '/etc'}}",
	 "{'Name': 'v', 'Options': {'o': 'bind', 'type': 'none', 'device': '/etc'}}"},
	{redact_network,
	 "{'Options': {'com.docker.network.bridge.enable_icc': 'false', 'api': 'x'}}",
	 "{'Options': {'com.docker.network.bridge.enable_icc': 'false', 'api': '<1 bytes>'}}"},

	/* What is dropped. */
	{redact_container,
	 "{'State': {'Error': 'x', 'Health': {'Status': 'healthy', 'Log': [{'Output': 'pw'}]}},"
	 "'GraphDriver': {'Data': {'LowerDir': 'x', 'UpperDir': 'y'}}, 'HostConfig': {'Init': null,"
	 "'SecurityOpt': null, 'Memory': 0, 'IpcMode': ''}}",
	 "{'State': {'Health': {'Status': 'healthy'}}, 'GraphDriver': {'Data': {'UpperDir': 'y'}},"
	 "'HostConfig': {'Memory': 0, 'IpcMode': ''}}"},
	{redact_image, "{'Id': 'x', 'ContainerConfig': {'Env': ['A=b']}, 'Comment': 'c'}",
	 "{'Id': 'x'}"},

	/* Addresses. */
	{redact_info,
	 "{'HttpProxy': 'http://me:p@w@proxy:3128/', 'NoProxy': 'a@b', 'RegistryConfig': "
	 "{'Mirrors':"
	 "['https://me:pw@mirror/'], 'IndexConfigs': {'h': {'Mirrors': ['https://me@mirror/']}}},"
	 "'Labels': ['token=x', 'zone=b'], 'Runtimes': {'r': {'runtimeArgs': ['--key=x']}}}",
	 "{'HttpProxy': 'http://proxy:3128/', 'NoProxy': 'a@b', 'RegistryConfig': {'Mirrors':"
	 "['https://mirror/'], 'IndexConfigs': {'h': {'Mirrors': ['https://mirror/']}}},"
	 "'Labels': ['token=<1 bytes>', 'zone=b'], 'Runtimes': {'r': {'runtimeArgs':"
	 "['--key=<1 bytes>']}}}"},

	{redact_info,
	 "{'Warnings': null, 'SecurityOptions': null, 'Plugins': {'Authorization': null}}",
	 "{'SecurityOptions': [], 'Plugins': {'Authorization': []}}"},
	{redact_container, "{'HostConfig': {'Binds': ['/a//b@c:/d'], 'CgroupParent': '//e@f'}}",
	 "{'HostConfig': {'Binds': ['/a//b@c:/d'], 'CgroupParent': '//f'}}"},

	/* dockerd. */
	{redact_daemon_arguments,
	 "['dockerd', '-H', 'tcp://0.0.0.0:2375', '--icc=false', '--log-opt', 'splunk-token=x',"
	 "'--log-opt=max-size=1m', '--log-opt=gelf-key=x', '--label', 'token=x', '--label=zone=b',"
	 "'--http-proxy=http://me:pw@proxy', '--registry-mirror', 'https://me:pw@m',"
	 "'--new-token', 'x', '--new-token=y', '--tlskey', '/etc/key.pem', '-D', 7]",
	 "['dockerd', '-H', 'tcp://0.0.0.0:2375', '--icc=false', '--log-opt',"
	 "'splunk-token=<1 bytes>', '--log-opt=max-size=1m', '--log-opt=gelf-key=<1 bytes>',"
	 "'--label', 'token=<1 bytes>', '--label=zone=b', '--http-proxy=http://proxy',"
	 "'--registry-mirror', 'https://m', '--new-token', '<1 bytes>', '--new-token=<1 bytes>',"
	 "'--tlskey', '/etc/key.pem', '-D', '<value>']"},
	{redact_daemon_config,
	 "{'icc': false, 'log-opts': {'splunk-token': 'x', 'max-size': '1m'}, 'labels': "
	 "['token=x'],"
	 "'proxies': {'http-proxy': 'http://me:pw@proxy'}, 'hosts': ['tcp://0.0.0.0:2376'],"
	 "'runtimes': {'r': {'path': '/r', 'runtimeArgs': ['--key=x', '--debug']}},"
	 "'insecure-registries': ['secrets:5000'], 'tlskey': '/etc/key.pem',"
	 "'new-token': 'x', 'new': {'secrets': ['x'], 'y': 'eyJhbGciOi', 'z': 'plain'}}",
	 "{'icc': false, 'log-opts': {'splunk-token': '<1 bytes>', 'max-size': '1m'},"
	 "'labels': ['token=<1 bytes>'],"
	 "'proxies': {'http-proxy': 'http://proxy'}, 'hosts': ['tcp://0.0.0.0:2376'],"
	 "'runtimes': {'r': {'path': '/r', 'runtimeArgs': ['--key=<1 bytes>', '--debug']}},"
	 "'insecure-registries': ['secrets:5000'], 'tlskey': '/etc/key.pem',"
	 "'new-token': '<1 bytes>', 'new': {'secrets': ['<1 bytes>'], 'y': '<10 bytes>',"
	 "'z': 'plain'}}"},
};

/* JSON with ' for ", which C can hold without escapes. */
static cJSON *parse(const char *text)
{
	cleanup_free char *json = strdup(text);
	cJSON *doc;

	for (char *quote = json; (quote = strchr(quote, '\'')); quote++)
		*quote = '"';
	doc = cJSON_Parse(json);
	ck_assert_msg(doc, "%s", json);
	return doc;
}

START_TEST(secrets_are_taken_out)
{
	cleanup_doc cJSON *doc = parse(cases[_i].before), *expected = parse(cases[_i].after);
	cleanup_free char *text = NULL;

	cases[_i].redact(doc);
	text = cJSON_PrintUnformatted(doc);
	ck_assert_msg(cJSON_Compare(doc, expected, true), "%s", text);
}
END_TEST

/* A reader that takes the first or the last of two must find neither. */
START_TEST(a_member_said_twice_is_treated_twice)
{
	cleanup_doc cJSON *doc = parse("{'Config': {'Env': ['A=pw1']}, 'Config': {'Env': ['A=pw2'],"
				       "'Env': ['A=pw3']}}");
	cleanup_free char *text = NULL;

	redact_container(doc);
	text = cJSON_PrintUnformatted(doc);
	ck_assert_ptr_null(strstr(text, "pw"));
}
END_TEST

/* Any shape of document is redacted without a crash. */
START_TEST(odd_shapes)
{
	static const char *const shapes[] = {
		"null",
		"7",
		"'x'",
		"[]",
		"{}",
		"[null, [7]]",
		"{'Config': 7, 'HostConfig': []}",
		"{'Config': ['x'], 'State': 'x', 'Args': {'a': 1}}",
		"{'Config': {'Cmd': 'a b'}}",
		"{'Config': {'Labels': ['a'], 'Env': [], 'Healthcheck': 'x', 'OnBuild': [7]}}",
		"{'log-opts': 'x', 'labels': 7, 'runtimes': [], 'Options': {'o': ''}}",
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_doc cJSON *doc = parse(shapes[_i]);

		cases[i].redact(doc);
	}
}
END_TEST

START_TEST(what_looks_like_a_secret)
{
	static const char *const secret[] = {
		"-----BEGIN RSA PRIVATE KEY-----",
		"ghp_abc",
		"Authorization: Bearer abc",
		"user=a;password=b",
		"{\"password\": \"b\"}",
		"redis://:pw@host",
		"0123456789abcdef0123456789abcdef",
		"Zm9vYmFyYmF6Zm9vYmFyYmF6MTI",
	};
	static const char *const plain[] = {
		"",
		"true",
		"1.27.0",
		"nginx",
		"/etc/ssl/private/key.pem",
		"https://example.com/a?b=c",
		"A secret garden",
		"2026-01-01T00:00:00Z",
		"Host(`example.com`)",
		"an-ordinary-name-of-a-service-with-dashes",
		"sha256:1234",
	};

	for (size_t i = 0; i < N_ELEMENTS(secret); i++)
		ck_assert_msg(secret_value(secret[i]), "%s", secret[i]);
	for (size_t i = 0; i < N_ELEMENTS(plain); i++)
		ck_assert_msg(!secret_value(plain[i]), "%s", plain[i]);
	ck_assert(secret_name("MYSQL_ROOT_PASSWORD"));
	ck_assert(!secret_name("authorization-plugins"));
}
END_TEST

START_TEST(variables_that_hold_secrets)
{
	static const struct {
		const char *name, *value, *why;
	} variables[] = {
		{"DB_PASSWORD", "hunter2", "name"},
		{"SOME", "ghp_0123456789012345678901234567890123456", "value"},
		{"URL", "postgres://app:s3cret@db/app", "value"},
		{"KEY", "-----BEGIN EC PRIVATE KEY-----\nMHc", "value"},
		{"DB_PASSWORD", "", NULL},
		{"DB_PASSWORD_FILE", "db", NULL},
		{"DB_PASSWORD", "/run/secrets/db", NULL},
		{"TOKENIZERS_PARALLELISM", "true", NULL},
		{"GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D", NULL},
		{"PYTHON_SHA256", "0123456789abcdef0123456789abcdef0123456789abcdef", NULL},
		{"LANG", "sk_SK.UTF-8", NULL},
		{"URL", "https://user@example.com/", NULL},
		{"CERT", "-----BEGIN CERTIFICATE-----", NULL},
	};

	for (size_t i = 0; i < N_ELEMENTS(variables); i++)
		ck_assert_pstr_eq(secret_variable(variables[i].name, variables[i].value),
				  variables[i].why);
}
END_TEST

Suite *suite_redact(void)
{
	const TTest *const tests[] = {variables_that_hold_secrets,
				      a_member_said_twice_is_treated_twice,
				      what_looks_like_a_secret, NULL};
	Suite *suite = unit_suite("redact", tests);
	TCase *loops = tcase_create("loops");

	tcase_add_loop_test(loops, secrets_are_taken_out, 0, N_ELEMENTS(cases));
	tcase_add_loop_test(loops, odd_shapes, 0, 11);
	suite_add_tcase(suite, loops);
	return suite;
}
