#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "bank/folder.h"
#include "bank/parcel.h"

#define SIGNATURE_MAX 65536

const char *const parcel_endings[PARCEL_FILES] = {
	[PARCEL_DATA] = ".xml.enc",
	[PARCEL_MANIFEST] = ".manifest.xml",
	[PARCEL_SIGNATURE] = ".manifest.sig",
};

static NEOERR *
read_manifest(struct parcel *parcel, int dir, const char *id, struct envelope *envelope,
    const struct schemas *schemas, struct fault *fault)
{
	struct bytes manifest = BYTES_INIT, signature = BYTES_INIT;
	char name[FOLDER_NAME_LEN];
	bool found, signed_too;
	NEOERR *err;

	snprintf(name, sizeof(name), "%s.manifest.xml", id);
	if ((err = folder_read(dir, name, MANIFEST_MAX, &found, &manifest)))
		goto out;
	snprintf(name, sizeof(name), "%s.manifest.sig", id);
	if ((err = folder_read(dir, name, SIGNATURE_MAX, &signed_too, &signature)))
		goto out;
	if (!found || !signed_too) {
		fault_set(fault, "F01", 0, NULL);
		goto out;
	}
	err = envelope_verify(
	    envelope, manifest.data, manifest.len, signature.data, signature.len, fault);
	if (err == STATUS_OK && !fault_is(fault))
		err = manifest_read(
		    &parcel->manifest, schemas, id, manifest.data, manifest.len, fault);
	if (err != STATUS_OK || fault_is(fault))
		goto out;
	parcel->type = message_type(parcel->manifest.header.type);
	if (strcmp(parcel->manifest.profile, envelope_profile(envelope)->name) != 0)
		fault_set(fault, "S05", 0, "/Manifest/Profile");
	else if (strcmp(parcel->manifest.header.from, MESSAGE_BUREAU) == 0
		     ? !parcel->type->to_bank
		     : !parcel->type->from_bank)
		fault_set(fault, "F14", 0, "/Manifest/MsgType");
out:
	bytes_release(&manifest);
	bytes_release(&signature);
	return nerr_pass(err);
}

static NEOERR *
copy_file(struct parcel *parcel, int dir, int scratch, int64_t max, struct fault *fault)
{
	struct cipher_file_sums sums;
	const struct cipher_file_sums *stated = &parcel->manifest.sums;
	int fd = -1;
	NEOERR *err;

	if (stated->size > max) {
		fault_set(fault, "F12", 0, "/Manifest/FileSize");
		return STATUS_OK;
	}
	err = folder_open(dir, parcel->manifest.file, &fd);
	if (err != STATUS_OK)
		return nerr_pass(err);
	if (fd < 0) {
		fault_set(fault, "F01", 0, NULL);
		return STATUS_OK;
	}
	if ((err = folder_scratch(scratch, &parcel->fd)) ||
	    (err = cipher_file_sum(fd, parcel->fd, max, &sums))) {
		if (nerr_handle(&err, FAIL_TOO_LARGE))
			fault_set(fault, "F12", 0, NULL);
		goto out;
	}
	if (sums.size != stated->size)
		fault_set(fault, "F03", 0, "/Manifest/FileSize");
	else if (memcmp(sums.sha256, stated->sha256, sizeof(sums.sha256)) != 0)
		fault_set(fault, "F03", 0, "/Manifest/Sha256");
	else if (memcmp(sums.sm3, stated->sm3, sizeof(sums.sm3)) != 0)
		fault_set(fault, "F03", 0, "/Manifest/Sm3");
out:
	close(fd);
	return nerr_pass(err);
}

NEOERR *
parcel_init(struct parcel *parcel, int dir, int scratch, const char *id,
    struct envelope *envelope, const struct schemas *schemas, int64_t max, struct fault *fault)
{
	struct parcel made = PARCEL_INIT;
	NEOERR *err;

	err = read_manifest(&made, dir, id, envelope, schemas, fault);
	if (err == STATUS_OK && !fault_is(fault))
		err = copy_file(&made, dir, scratch, max, fault);
	if (err != STATUS_OK || fault_is(fault)) {
		parcel_release(&made);
		return nerr_pass(err);
	}
	*parcel = made;
	return STATUS_OK;
}

NEOERR *
parcel_unlock(struct parcel *parcel, struct envelope *envelope, struct fault *fault)
{
	const struct bytes *sealed = &parcel->manifest.sealed;

	return nerr_pass(
	    envelope_open(envelope, sealed->data, sealed->len, &parcel->key, fault));
}

void
parcel_release(struct parcel *parcel)
{
	manifest_release(&parcel->manifest);
	bytes_release(&parcel->key);
	if (parcel->fd >= 0)
		close(parcel->fd);
	parcel->fd = -1;
}

static ssize_t
read_clear(void *from, void *buf, size_t len)
{
	return cipher_file_read(from, buf, len);
}

NEOERR *
parcel_walk_init(struct parcel_walk *walk, const struct parcel *parcel,
    struct envelope *envelope, const struct schemas *schemas, struct fault *fault)
{
	struct parcel_walk made = { .parcel = parcel, .fault = fault };
	struct document_source source;
	NEOERR *err;

	err = cipher_file_reader(&made.file, parcel->fd, envelope_profile(envelope)->cipher,
	    parcel->key.data, parcel->manifest.iv);
	if (err == STATUS_OK) {
		source = (struct document_source) { read_clear, made.file };
		err = reader_init(&made.reader, schemas, parcel->type, &source, fault);
	}
	if (err != STATUS_OK) {
		parcel_walk_release(&made);
		return nerr_pass(err);
	}
	*walk = made;
	return STATUS_OK;
}

NEOERR *
parcel_walk_next(struct parcel_walk *walk, bool *more)
{
	const struct message_header *stated = &walk->parcel->manifest.header;
	const struct message_header *header = reader_header(walk->reader);
	NEOERR *err, *failure;

	err = reader_next(walk->reader, more);
	/* When the disk failed, the XML ends too early: that is not the bank's fault. */
	failure = cipher_file_error(walk->file);
	if (failure != STATUS_OK) {
		nerr_ignore(&err);
		return nerr_pass(failure);
	}
	if (err != STATUS_OK || fault_is(walk->fault))
		return nerr_pass(err);
	if (strcmp(stated->id, header->id) != 0)
		fault_set(walk->fault, "F07", 0, "/Manifest/MsgId");
	else if (stated->records != header->records)
		fault_set(walk->fault, "F08", 0, "/Manifest/NumberOfRecords");
	*more = *more && !fault_is(walk->fault);
	return STATUS_OK;
}

void
parcel_walk_release(struct parcel_walk *walk)
{
	reader_free(&walk->reader);
	cipher_file_free(&walk->file);
}
