/*
 * night.h - one bank's nights, for tests: folders and keys of their own, applications, and the bank's
 * side of the exchange.  Nothing here is written the way lib/bank writes it, except the sealing.
 */
#ifndef SBK_NIGHT_H
#define SBK_NIGHT_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <bank/cipher_file.h>
#include <bank/exchange.h>
#include <bank/export.h>
#include <bank/import.h>
#include <bank/manifest.h>
#include <bank/message.h>
#include <base/clock.h>

#include "applicant.h"
#include "instance.h"

#define NIGHT_BANK "901"
#define NIGHT_DATE "2026-11-22"
#define NIGHT_TOLD 64

static struct exchange night;
static const char *night_profile = "intl";
static char night_dir[64], night_keys[80];
static int64_t night_seq; /* the bank's, last used */

static struct {
	char event[32], code[4], level[8];
	int64_t number;
} night_told[NIGHT_TOLD];
static size_t night_told_count;

static inline void
night_listen(const char *level, const char *event, const struct log_item *items, size_t n)
{
	if (night_told_count == NIGHT_TOLD)
		return;
	snprintf(night_told[night_told_count].level, 8, "%s", level);
	snprintf(night_told[night_told_count].event, 32, "%s", event);
	night_told[night_told_count].code[0] = '\0';
	night_told[night_told_count].number = -1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(items[i].key, "code") == 0)
			snprintf(night_told[night_told_count].code, 4, "%s", items[i].text);
		if (strcmp(items[i].key, "records") == 0)
			night_told[night_told_count].number = items[i].number;
	}
	night_told_count++;
}

/* Was the event told since the last night_forget? The code of its fault, "" if it had none, NULL if not told. */
static inline const char *
night_heard(const char *event)
{
	for (size_t i = 0; i < night_told_count; i++)
		if (strcmp(night_told[i].event, event) == 0)
			return night_told[i].code;
	return NULL;
}

static inline void
night_forget(void)
{
	night_told_count = 0;
	night.alarms = 0;
}

/* The bureau's pair has this name. */
static inline const char *
night_bureau(void)
{
	return profile_find(night_profile)->bureau;
}

static inline FILE *
night_open(const char *dir, const char *name, const char *suffix, const char *mode)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, suffix);
	file = fopen(path, mode);
	assert_non_null(file);
	return file;
}

/* A pair in PEM, as the profile has it, valid from now + begin to now + end seconds. */
static inline void
night_pair(const char *dir, const char *name, long begin, long end)
{
	EVP_PKEY *key = EVP_EC_gen(profile_find(night_profile)->curve);
	const EVP_MD *md = EVP_PKEY_is_a(key, "SM2") ? EVP_sm3() : EVP_sha256();
	X509 *crt = X509_new();
	FILE *file;

	X509_set_version(crt, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(crt), 1);
	X509_gmtime_adj(X509_getm_notBefore(crt), begin);
	X509_gmtime_adj(X509_getm_notAfter(crt), end);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(crt), "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(crt, X509_get_subject_name(crt));
	X509_set_pubkey(crt, key);
	assert_true(X509_sign(crt, key, md) > 0);
	file = night_open(dir, name, "key", "w");
	fchmod(fileno(file), 0600);
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	file = night_open(dir, name, "crt", "w");
	assert_int_equal(PEM_write_X509(file, crt), 1);
	fclose(file);
	X509_free(crt);
	EVP_PKEY_free(key);
}

/* Signs with the pair of that name, whether its time has come or is over. */
static inline void
night_sign(const char *name, const void *data, size_t len, struct bytes *signature)
{
	const struct profile *profile = profile_find(night_profile);
	struct pair pair = { .dir = night_keys, .curve = profile->curve };

	snprintf(pair.name, sizeof(pair.name), "%s", name);
	assert_ok(profile->sign(&pair, data, len, signature));
	pair_release(&pair);
}

/* A connection knows a statement by its place in memory, so each text has one of its own. */
#define night_sql(words)                                                         \
	({                                                                       \
		static const struct db_sql night_statement = { "night", words }; \
		assert_ok(db_run(night.db, &night_statement, DB_NONE, NULL));    \
	})
/* The first column of the first row. */
#define night_count(words)                                                       \
	({                                                                       \
		static const struct db_sql night_statement = { "night", words }; \
		night_number(&night_statement);                                  \
	})

static inline int64_t
night_number(const struct db_sql *sql)
{
	struct db_rows *rows = NULL;
	bool more;
	int64_t number;

	assert_ok(db_select(night.db, sql, DB_NONE, &rows));
	assert_ok(db_next(rows, &more));
	number = more ? db_get_int(rows, 0) : -1;
	db_rows_free(&rows);
	return number;
}

/* A bank without past, its folders empty. */
static inline int
night_begin(void **state)
{
	static char bank_key[] = "Bank." NIGHT_BANK ".profile";

	(void)state;
	assert_ok(fail_init());
	assert_ok(conf_load(&instance_conf));
	snprintf(night_dir, sizeof(night_dir), "/tmp/night.XXXXXX");
	assert_non_null(mkdtemp(night_dir));
	snprintf(night_keys, sizeof(night_keys), "%s/keys", night_dir);
	assert_int_equal(mkdir(night_keys, 0700), 0);
	assert_ok(hdf_set_value(instance_conf, "Exchange.Dir", night_dir));
	assert_ok(hdf_set_value(instance_conf, "Exchange.Keys", night_keys));
	assert_ok(hdf_set_value(instance_conf, bank_key, night_profile));
	night_pair(night_keys, night_bureau(), -3600, 86400);
	night_pair(night_keys, NIGHT_BANK, -3600, 86400);
	assert_ok(exchange_init(&night, instance_conf));
	night.tell = night_listen;
	night_seq = 0;
	night_forget();
	night_sql("DELETE FROM exchange_record WHERE msg_id LIKE '%" NIGHT_BANK "%'");
	night_sql("DELETE FROM exchange_suspense WHERE msg_id LIKE '%" NIGHT_BANK "%'");
	night_sql("DELETE FROM exchange_message WHERE bank = '" NIGHT_BANK "'");
	night_sql("DELETE FROM exchange_sequence WHERE bank = '" NIGHT_BANK "'");
	night_sql("DELETE FROM lease WHERE name LIKE '%/" NIGHT_BANK "'");
	night_sql("UPDATE application SET bank = '', live = NULL, state = 'WITHDRAWN' "
		  "WHERE bank = '" NIGHT_BANK "'");
	return 0;
}

static inline int
night_begin_sm(void **state)
{
	night_profile = "sm";
	return night_begin(state);
}

/* A test in a night, and in one of each profile. */
#define NIGHT(test) cmocka_unit_test_setup_teardown(test, night_begin, night_end)
#define NIGHTS(test)                                                 \
	NIGHT(test),                                                 \
	{                                                            \
#test " (sm)", test, night_begin_sm, night_end, NULL \
	}

static inline int
night_remove(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline int
night_end(void **state)
{
	(void)state;
	exchange_release(&night);
	hdf_destroy(&instance_conf);
	nftw(night_dir, night_remove, 8, FTW_DEPTH | FTW_PHYS);
	night_profile = "intl";
	return 0;
}

/* An application of the bank that waits to be sent; change may be "" or a field that gets value. */
static inline void
night_apply_with(const char *no, size_t photo_len, const char *change, const char *value)
{
	assert_ok(
	    applicant_store(night.db, night.seal, NIGHT_BANK, no, photo_len, change, value));
}

/* count of them; their numbers are first…, in their order, and never come again. */
static inline void
night_apply(size_t count, char first[APPLICATION_NO_LEN])
{
	static int64_t next;
	char no[APPLICATION_NO_LEN];

	if (next == 0) {
		uint32_t random;

		assert_ok(seal_random(&random, sizeof(random)));
		next = (int64_t)(random % 90000) * 10000;
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(no, sizeof(no), "BJ261122%09lld", (long long)next++);
		if (i == 0)
			memcpy(first, no, sizeof(no));
		night_apply_with(no, 3000, "", "");
	}
}

/* The n-th number after first. */
static inline void
night_no(const char *first, int64_t n, char out[APPLICATION_NO_LEN])
{
	snprintf(out, APPLICATION_NO_LEN, "BJ261122%09lld",
	    (long long)(strtoll(first + 8, NULL, 10) + n));
}

/* A file of the bank's folder, read whole; the caller's. */
static inline struct bytes
night_file(const char *folder, const char *id, const char *suffix)
{
	char path[192];
	struct bytes out = BYTES_INIT;
	struct stat st;
	int fd;

	snprintf(
	    path, sizeof(path), "%s/" NIGHT_BANK "/%s/%s%s", night_dir, folder, id, suffix);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return out;
	assert_int_equal(fstat(fd, &st), 0);
	out.data = malloc((size_t)st.st_size + 1);
	out.len = (size_t)st.st_size;
	assert_int_equal(read(fd, out.data, out.len), st.st_size);
	out.data[out.len] = '\0';
	close(fd);
	return out;
}

static inline bool
night_exists(const char *folder, const char *id, const char *suffix)
{
	char path[192];

	snprintf(
	    path, sizeof(path), "%s/" NIGHT_BANK "/%s/%s%s", night_dir, folder, id, suffix);
	return access(path, F_OK) == 0;
}

static inline void
night_put(const char *folder, const char *id, const char *suffix, const void *data, size_t len)
{
	char path[192];
	int fd;

	snprintf(path, sizeof(path), "%s/" NIGHT_BANK, night_dir);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/" NIGHT_BANK "/%s", night_dir, folder);
	mkdir(path, 0755);
	snprintf(
	    path, sizeof(path), "%s/" NIGHT_BANK "/%s/%s%s", night_dir, folder, id, suffix);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
}

/* What the bank puts together, open to every kind of spoiling before it is sent. */
struct night_message {
	struct message_header header;
	char body[16384];    /* between Header and the root's end */
	const char *ids[64]; /* for the control digest */
	size_t ids_count;
	const char *prologue; /* NULL: as agreed */
	const char *signer;   /* NULL: the bank */
	const char *receiver; /* NULL: the bureau */
	int wrong_header_records, wrong_manifest_records, wrong_size, wrong_sm3;
	const char *manifest_type, *profile;
	char xml[32768];
};

static inline struct night_message *
night_message(const char *type, const char *original)
{
	struct night_message *m = calloc(1, sizeof(*m));

	m->header = (struct message_header) { .from = NIGHT_BANK,
		.to = MESSAGE_BUREAU,
		.business_date = NIGHT_DATE,
		.created = NIGHT_DATE "T23:00:00+08:00",
		.seq = ++night_seq,
		.part = 1,
		.last = true };
	snprintf(m->header.type, sizeof(m->header.type), "%s", type);
	snprintf(m->header.original, sizeof(m->header.original), "%s", original);
	message_identify(&m->header);
	return m;
}

static inline void
night_compose(struct night_message *m)
{
	struct message_control *control = NULL;
	char original[80] = "";

	assert_ok(message_control_init(&control));
	for (size_t i = 0; i < m->ids_count; i++)
		assert_ok(message_control_add(control, m->ids[i]));
	if (m->header.control[0] == '\0')
		assert_ok(message_control_finish(control, m->header.control));
	message_control_free(&control);
	m->header.records = (int64_t)m->ids_count;
	if (m->header.original[0])
		snprintf(original, sizeof(original), "<OriginalMsgId>%s</OriginalMsgId>",
		    m->header.original);
	snprintf(m->xml, sizeof(m->xml),
	    "%s<%s xmlns=\"" MESSAGE_NS "\"><Header><MsgId>%s</MsgId><MsgType>%s</MsgType>"
	    "<SchemaVersion>1.0</SchemaVersion><From>%s</From><To>%s</To>"
	    "<BusinessDate>%s</BusinessDate><CreationTime>%s</CreationTime><SeqNo>%lld</SeqNo>"
	    "<PossibleDuplicate>false</PossibleDuplicate>%s<NumberOfRecords>%lld</"
	    "NumberOfRecords>"
	    "<ControlDigest>%s</ControlDigest><Part>1</Part>"
	    "<LastInBusinessDate>true</LastInBusinessDate></Header>\n%s</%s>\n",
	    m->prologue ? m->prologue : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
	    m->header.type, m->header.id, m->header.type, m->header.from, m->header.to,
	    m->header.business_date, m->header.created, (long long)m->header.seq, original,
	    (long long)m->header.records + m->wrong_header_records, m->header.control, m->body,
	    m->header.type);
}

/* Encrypts and signs text into the three files in inbound. */
static inline void
night_send_text(struct night_message *m, const void *text, size_t len)
{
	struct manifest manifest = { .header = m->header };
	struct envelope *envelope = NULL;
	struct bytes out = BYTES_INIT, signature = BYTES_INIT;
	struct cipher_file *file = NULL;
	uint8_t key[ENVELOPE_KEY_LEN];
	char path[96];
	int fd;

	assert_ok(envelope_init(&envelope, night_profile, night_keys,
	    m->signer ? m->signer : NIGHT_BANK, m->receiver ? m->receiver : night_bureau()));
	assert_ok(seal_random(key, sizeof(key)));
	assert_ok(seal_random(manifest.iv, sizeof(manifest.iv)));
	snprintf(path, sizeof(path), "%s/enc", night_dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_ok(cipher_file_writer(
	    &file, fd, envelope_profile(envelope)->cipher, key, manifest.iv));
	assert_ok(cipher_file_write(file, text, len));
	assert_ok(cipher_file_finish(file, &manifest.sums));
	cipher_file_free(&file);
	out.len = len;
	out.data = malloc(len + 1);
	assert_int_equal(pread(fd, out.data, len, 0), (ssize_t)len);
	close(fd);
	night_put("inbound", m->header.id, ".xml.enc", out.data, out.len);
	bytes_release(&out);
	assert_ok(envelope_seal(
	    envelope, key, envelope_profile(envelope)->key_len, &manifest.sealed));
	snprintf(manifest.file, sizeof(manifest.file), "%s.xml.enc", m->header.id);
	snprintf(manifest.profile, sizeof(manifest.profile), "%s",
	    m->profile ? m->profile : night_profile);
	manifest.header.records += m->wrong_manifest_records;
	manifest.sums.size += m->wrong_size;
	manifest.sums.sm3[0] = (uint8_t)(manifest.sums.sm3[0] ^ m->wrong_sm3);
	if (m->manifest_type)
		snprintf(
		    manifest.header.type, sizeof(manifest.header.type), "%s", m->manifest_type);
	assert_ok(manifest_write(&manifest, &out));
	night_sign(m->signer ? m->signer : NIGHT_BANK, out.data, out.len, &signature);
	night_put("inbound", m->header.id, ".manifest.xml", out.data, out.len);
	night_put("inbound", m->header.id, ".manifest.sig", signature.data, signature.len);
	bytes_release(&out);
	bytes_release(&signature);
	manifest_release(&manifest);
	envelope_free(&envelope);
}

static inline void
night_send(struct night_message *m)
{
	night_compose(m);
	night_send_text(m, m->xml, strlen(m->xml));
}

/* The bank's FileReceipt for an order that lies in outbound. */
static inline struct night_message *
night_receipt(const char *order, bool accepted)
{
	struct night_message *m = night_message("FileReceipt", order);
	struct bytes file = night_file("outbound", order, ".xml.enc");
	uint8_t digest[32] = { 0 };
	char hex[65];

	if (file.data)
		EVP_Digest(file.data, file.len, digest, NULL, EVP_sha256(), NULL);
	seal_hex(digest, sizeof(digest), hex);
	snprintf(m->body, sizeof(m->body),
	    "<Receipt><RecordNo>1</RecordNo><ReceivedMsgId>%s</ReceivedMsgId>"
	    "<FileName>%s.xml.enc</FileName><FileSize>%zu</FileSize><Sha256>%s</Sha256>"
	    "<SignatureOk>true</SignatureOk><DigestOk>true</DigestOk><SchemaOk>true</SchemaOk>"
	    "<CountOk>true</CountOk><RecordsCounted>0</RecordsCounted><Status>%s</Status>%s"
	    "</Receipt>",
	    order, order, file.len, hex, accepted ? "ACCEPTED" : "REJECTED",
	    accepted ? "" : "<Reason>F05</Reason>");
	m->ids[m->ids_count++] = m->header.original;
	bytes_release(&file);
	return m;
}

/* A report of one status for each of the numbers; attempt 1. */
static inline struct night_message *
night_report(const char *order, const char *status, const char *reason,
    char nos[][APPLICATION_NO_LEN], size_t count)
{
	struct night_message *m = night_message("ProductionStatusReport", order);
	size_t len = 0;

	len += (size_t)snprintf(m->body, sizeof(m->body),
	    count ? "<Totals><Total><Status>%s</Status><Number>%zu</Number></Total></Totals>"
		  : "<Totals/>",
	    status, count);
	for (size_t i = 0; i < count; i++) {
		len += (size_t)snprintf(m->body + len, sizeof(m->body) - len,
		    "<Entry><RecordNo>%zu</RecordNo><ApplicationNo>%s</ApplicationNo>"
		    "<Attempt>1</Attempt><Status>%s</Status>%s%s%s"
		    "<StatusTime>2026-11-21T10:11:12+08:00</StatusTime></Entry>",
		    i + 1, nos[i], status, *reason ? "<Reason>" : "", reason,
		    *reason ? "</Reason>" : "");
		m->ids[m->ids_count++] = nos[i];
	}
	return m;
}

#endif
