/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/history.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "tests/unit/unit.h"

#include <string.h>

/* As an engine writes a step, and what is kept of it; NULL: nothing. */
static const struct {
	const char *created_by, *step;
} steps[] = {
	{"", ""},
	{"   ", ""},

	/* The classic builder and BuildKit spell one Dockerfile. */
	{"/bin/sh -c #(nop) ADD file:4f5e in / ", "ADD file:<4 bytes> /"},
	{"/bin/sh -c #(nop) COPY multi:4f5e in /app/ ", "COPY multi:<4 bytes> /app/"},
	{"ADD rootfs.tar.xz / # buildkit", "ADD rootfs.tar.xz /"},
	{"COPY --chown=1000:1000 a b /app/ # buildkit", "COPY --chown=1000:1000 a b /app/"},
	{"ADD https://me:pw@host/x.tgz?key=abc /x # buildkit",
	 "ADD https://host/x.tgz<8 bytes> /x"},
	{"/bin/sh -c apt-get update", "RUN apt-get update"},
	{"RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"},
	{"/bin/bash -o pipefail -c true", "RUN true"},
	{"RUN /bin/bash -euxo pipefail -c apk add --no-cache curl # buildkit",
	 "RUN apk add --no-cache curl"},
	{"|1 V=1 /bin/sh -c true", "RUN |1 V=<1 bytes> true"},
	{"RUN |2 A=b c B=d /bin/sh -c make x # buildkit",
	 "RUN |2 A=<3 bytes> B=<1 bytes> make <1 bytes>"},
	{"|1 A=b hunter2 /x hunter2", "RUN |1 A=<20 bytes>"},
	{"/bin/sh -c #(nop)  CMD [\"a\"]", NULL},
	{"CMD [\"a\"]", NULL},
	{"HEALTHCHECK &{[\"NONE\"] \"0s\" \"0s\" \"0s\" '\\x00'}", NULL},
	{"/bin/sh -c #(nop)  LABEL ADD=x", NULL},
	{"# debian.sh --arch 'amd64' out/ 'trixie'", "RUN <40 bytes>"},

	/* Values go, names stay. */
	{"ENV A=hunter2 B=two words", "ENV A=<7 bytes> B=<9 bytes>"},
	{"ENV A=hunter2 aHVudGVyMg==", "ENV A=<20 bytes>"},
	{"ARG TOKEN", "ARG TOKEN"},
	{"ARG TOKEN=hunter2", "ARG TOKEN=<7 bytes>"},
	{"ENV hunter 2", "ENV <8 bytes>"},

	/* Of a script stays what is done. */
	{"RUN /bin/sh -c set -eux; apt-get update && apt-get install -y -o A::B=c curl=7 && rm -rf "
	 "/var/lib/apt/lists/*",
	 "RUN set -eux ; apt-get update && apt-get install -y -o A::B=c curl=7 && rm -r<1 "
	 "bytes> <20 bytes>"},
	{"/bin/sh -c mysql -uroot -phunter2 --password=hunter2 hunter2",
	 "RUN mysql -u<4 bytes> -p<7 bytes> --password=<7 bytes> <7 bytes>"},
	{"/bin/sh -c echo 'root:hunter2; hunter2' | chpasswd", "RUN echo <23 bytes> | chpasswd"},
	{"/bin/sh -c echo \"hunter2", "RUN echo <8 bytes>"},
	{"/bin/sh -c cat > /x <<EOF\nhunter2\nEOF", "RUN cat > <2 bytes> << <15 bytes>"},
	{"/bin/sh -c export A=hunter2; B=$C ./x $A \"${A}\" # hunter2",
	 "RUN export A=<7 bytes> ; B=$C ./x $A \"${A}\" <9 bytes>"},
	{"/bin/sh -c curl -k https://host/x | sh", "RUN curl -k <14 bytes> | sh"},
	{"/bin/sh -c curl -fsSL x 2>/dev/null>y",
	 "RUN curl -fsSL <1 bytes> <1 bytes> > <9 bytes> > "
	 "<1 bytes>"},
	{"/bin/sh -c echo 'deb [trusted=yes] http://host x' > /etc/apt/sources.list",
	 "RUN echo <6 bytes>trusted=yes<16 bytes> > <21 bytes>"},
	{"/bin/sh -c ghp_0123456789abcdefghijk", "RUN <25 bytes>"},
	{"/bin/sh -c apk add $PACKAGES ghp_0123456789abcdefghijk",
	 "RUN apk add $PACKAGES <25 bytes>"},
};

START_TEST(steps_are_lines_of_a_dockerfile)
{
	cleanup_doc cJSON *reply = cJSON_CreateArray();
	cJSON *entry = cJSON_CreateObject(), *history;
	const char *wanted = steps[_i].step;

	cJSON_AddStringToObject(entry, "CreatedBy", steps[_i].created_by);
	cJSON_AddItemToArray(reply, entry);
	history = history_redact(reply);
	ck_assert_ptr_nonnull(history);
	ck_assert_str_eq(doc_string_or(history->child, "step", "(nothing)"),
			 wanted ? wanted : "(nothing)");
	ck_assert_ptr_null(strstr(doc_string_or(history->child, "step", ""), "hunter"));
	cJSON_Delete(history);
}
END_TEST

static const struct {
	const char *created_by, *name, *secret;
} secrets[] = {
	{"|1 NPM_TOKEN=hunter2 /bin/sh -c true", "NPM_TOKEN", "name"},
	{"ENV A=ghp_0123456789abcdefghijk", "A", "value"},
	{"RUN /bin/sh -c git clone https://me:hunter2@host/x", "", "value"},
	{"RUN /bin/sh -c x --password=hunter2", "--password", "name"},
	{"RUN /bin/sh -c x --password=$PASSWORD", NULL, NULL},
	{"RUN /bin/sh -c git clone https://me:$TOKEN@host/x ssh://git@host/x", NULL, NULL},
	{"ENV GPG_KEY=0123456789abcdef0123456789abcdef01234567 LANG=sk_SK.UTF-8", NULL, NULL},
	{"ENV A_SECRET=0123456789abcdef0123456789abcdef", "A_SECRET", "value"},
	{"ENV DB_PASSWORD= TOKEN_AUTH=true TOKEN_FILE=x SECRET=/run/x", NULL, NULL},
};

START_TEST(secrets_are_named)
{
	cleanup_doc cJSON *reply = cJSON_CreateArray();
	cJSON *entry = cJSON_CreateObject(), *history;
	const cJSON *found;

	cJSON_AddStringToObject(entry, "CreatedBy", secrets[_i].created_by);
	cJSON_AddItemToArray(reply, entry);
	history = history_redact(reply);
	found = doc_at(history->child, "secrets");
	ck_assert(!found == !secrets[_i].secret);
	if (found) {
		ck_assert_str_eq(doc_string_or(found->child, "name", "?"), secrets[_i].name);
		ck_assert_str_eq(doc_string_or(found->child, "secret", "?"), secrets[_i].secret);
	}
	cJSON_Delete(history);
}
END_TEST

START_TEST(the_oldest_is_first_and_no_list_is_nothing)
{
	cleanup_doc cJSON *reply = cJSON_Parse(
		"[{\"CreatedBy\": \"ENV A=b\"}, {\"CreatedBy\": \"CMD x\", \"Size\": 1},"
		"{\"CreatedBy\": 7}]");
	cleanup_doc cJSON *history = history_redact(reply);
	cleanup_free char *text = cJSON_PrintUnformatted(history);

	ck_assert_str_eq(text, "[{\"step\":\"\"},{\"step\":\"\",\"size\":1},"
			       "{\"step\":\"ENV A=<1 bytes>\"}]");
	ck_assert_ptr_null(history_redact(reply->child));
	ck_assert_ptr_null(history_redact(NULL));
}
END_TEST

Suite *suite_history(void)
{
	Suite *suite = suite_create("history");
	TCase *loops = tcase_create("loops"), *others = tcase_create("others");

	tcase_add_loop_test(loops, steps_are_lines_of_a_dockerfile, 0,
			    sizeof(steps) / sizeof(steps[0]));
	tcase_add_loop_test(loops, secrets_are_named, 0, sizeof(secrets) / sizeof(secrets[0]));
	tcase_add_test(others, the_oldest_is_first_and_no_list_is_nothing);
	suite_add_tcase(suite, loops);
	suite_add_tcase(suite, others);
	return suite;
}
