/*
 * parcel_test.c - the three files of a message with every byte cut and one bit of every byte flipped.
 */
#include <bank/parcel.h>

#include "night.h"

static struct envelope *ours;
static int dir = -1;

static struct fault
judge(const char *id)
{
	struct parcel parcel = PARCEL_INIT;
	struct fault fault = { .code = "" };

	assert_ok(parcel_init(&parcel, dir, dir, id, ours, night.schemas, 1 << 20, &fault));
	if (!fault_is(&fault))
		assert_ok(parcel_unlock(&parcel, ours, &fault));
	parcel_release(&parcel);
	return fault;
}

static int
begin(void **state)
{
	char path[96];

	night_begin(state);
	assert_ok(exchange_envelope(&night, NIGHT_BANK, &ours));
	night_put("inbound", "none", "", "", 0);
	snprintf(path, sizeof(path), "%s/" NIGHT_BANK "/inbound", night_dir);
	dir = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(dir >= 0);
	return 0;
}

static int
begin_sm(void **state)
{
	night_profile = "sm";
	return begin(state);
}

static int
end(void **state)
{
	close(dir);
	envelope_free(&ours);
	return night_end(state);
}

static void
any_bit_flipped_and_any_byte_missing_is_seen(void **state)
{
	static const char *const suffixes[] = { ".xml.enc", ".manifest.xml", ".manifest.sig" };
	struct night_message *m =
	    night_message("FileReceipt", "BJSSC-" NIGHT_BANK "-20261122-000001");
	struct bytes file;

	(void)state;
	night_send(m);
	assert_string_equal(judge(m->header.id).code, "");
	for (int f = 0; f < 3; f++) {
		file = night_file("inbound", m->header.id, suffixes[f]);
		for (size_t at = 0; at < file.len; at++) {
			uint8_t bit = (uint8_t)(1u << (at % 8));

			night_put("inbound", m->header.id, suffixes[f], file.data, at);
			if (!fault_is((struct fault[]) { judge(m->header.id) }))
				fail_msg("%s: good with %zu bytes", suffixes[f], at);
			file.data[at] ^= bit;
			night_put("inbound", m->header.id, suffixes[f], file.data, file.len);
			file.data[at] ^= bit;
			if (!fault_is((struct fault[]) { judge(m->header.id) }))
				fail_msg("%s: good with bit %zu of byte %zu (of %zu) flipped",
				    suffixes[f], at % 8, at, file.len);
		}
		night_put("inbound", m->header.id, suffixes[f], file.data, file.len);
		bytes_release(&file);
	}
	assert_string_equal(judge(m->header.id).code, "");
	free(m);
}

/* A bank that still holds its file open cannot change what was verified. */
static void
what_was_verified_is_what_is_read(void **state)
{
	struct night_message *m =
	    night_message("FileReceipt", "BJSSC-" NIGHT_BANK "-20261122-000001");
	struct parcel parcel = PARCEL_INIT;
	struct fault fault = { .code = "" };
	struct cipher_file_sums before, after;
	struct bytes file;

	(void)state;
	night_send(m);
	file = night_file("inbound", m->header.id, ".xml.enc");
	assert_ok(
	    parcel_init(&parcel, dir, dir, m->header.id, ours, night.schemas, 1 << 20, &fault));
	assert_ok(cipher_file_sum(parcel.fd, -1, 1 << 20, &before));
	file.data[0] ^= 1;
	night_put("inbound", m->header.id, ".xml.enc", file.data, file.len);
	assert_ok(cipher_file_sum(parcel.fd, -1, 1 << 20, &after));
	assert_memory_equal(before.sha256, after.sha256, sizeof(after.sha256));
	assert_memory_equal(before.sha256, parcel.manifest.sums.sha256, sizeof(after.sha256));
	bytes_release(&file);
	parcel_release(&parcel);
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    any_bit_flipped_and_any_byte_missing_is_seen, begin, end),
		{ "any_bit_flipped_and_any_byte_missing_is_seen (sm)",
		    any_bit_flipped_and_any_byte_missing_is_seen, begin_sm, end, NULL },
		cmocka_unit_test_setup_teardown(what_was_verified_is_what_is_read, begin, end),
	};

	return cmocka_run_group_tests_name("parcel", tests, NULL, NULL);
}
