/*
 * field.c - the dictionary of everything a citizen can be asked.
 *
 * A row that says nothing about a column means the usual: a line of text, asked
 * always, that opens nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "apply/field.h"
#include "apply/valid.h"

#define BY_MAIL .when_field = "delivery", .when_value = "mail"
#define MAIL_FIELDS "mail_name mail_phone mail_district mail_address mail_postcode"

/* Kinds of text. */
/* clang-format off */
#define A_NAME .max = 50, .valid = valid_name, .fold = fold_name
#define AN_ADDRESS .max = 100, .valid = valid_address, .fold = fold_line, .typed = "line", \
	.pattern = ".{5,}", .fault = "address_short"
#define A_PHONE .max = 20, .valid = valid_phone, .fold = fold_phone, .typed = "phone", \
	.pattern = "1[3-9][0-9]{9}", .fault = "phone_format", .inputmode = "tel"
#define AN_ID .max = 24, .valid = valid_id_any, .fold = fold_number, .typed = "id", \
	.pattern = "[0-9A-Z]{5,18}", .fault = "id_format"
#define A_POSTCODE .max = 10, .valid = valid_postcode, .fold = fold_number, .typed = "number", \
	.pattern = "10([01][0-9]|2[0-6])[0-9]{2}", .fault = "postcode_range", .inputmode = "numeric"
/* Words, of which there may be some, are the server's. */
#define A_DATE .kind = FIELD_DATE, .max = 20, .valid = valid_date, .fold = fold_date, .typed = "date", \
	.pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}|[^0-9]+", .fault = "date_invalid"

const struct field fields[] = {
	{ .name = "name", A_NAME, .autocomplete = "name" },
	{ .name = "id_type", .kind = FIELD_CHOICE, .codes = "id_type", .opens = "id_number" },
	{ .name = "id_number", AN_ID, .opens = "sex birth_date eligibility", .autocomplete = "off" },
	{ .name = "id_valid_from", A_DATE },
	{ .name = "id_valid_to", A_DATE },
	{ .name = "sex", .kind = FIELD_CHOICE, .codes = "sex" },
	{ .name = "birth_date", A_DATE, .autocomplete = "bday" },
	{ .name = "nationality", .kind = FIELD_CHOICE, .codes = "nationality" },
	{ .name = "ethnicity", .kind = FIELD_CHOICE, .codes = "ethnicity" },
	{ .name = "occupation", .kind = FIELD_CHOICE, .codes = "occupation" },
	{ .name = "district", .kind = FIELD_CHOICE, .codes = "district" },
	{ .name = "address", AN_ADDRESS, .within = "district", .autocomplete = "address-line1" },
	{ .name = "phone", A_PHONE, .autocomplete = "tel" },
	{ .name = "bank", .kind = FIELD_CHOICE, .opens = "branch" },
	{ .name = "branch", .kind = FIELD_CHOICE },
	{ .name = "delivery", .kind = FIELD_CHOICE, .codes = "delivery", .opens = MAIL_FIELDS },
	{ .name = "mail_name", A_NAME, BY_MAIL, .like = "name", .autocomplete = "shipping name" },
	{ .name = "mail_phone", A_PHONE, BY_MAIL, .like = "phone", .autocomplete = "shipping tel" },
	{ .name = "mail_district", .kind = FIELD_CHOICE, .codes = "district", BY_MAIL, .like = "district" },
	{ .name = "mail_address", AN_ADDRESS, BY_MAIL, .within = "mail_district", .like = "address",
	  .autocomplete = "shipping address-line1" },
	{ .name = "mail_postcode", A_POSTCODE, BY_MAIL, .autocomplete = "shipping postal-code" },
	{ .name = "portrait", .kind = FIELD_PHOTO, .valid = valid_photo },
	{ .name = "id_front", .kind = FIELD_PHOTO, .valid = valid_photo },
	{ .name = "id_back", .kind = FIELD_PHOTO, .valid = valid_photo },
};
/* clang-format on */
const size_t fields_count = sizeof(fields) / sizeof(fields[0]);

const struct field *
field_find(const char *name)
{
	for (size_t i = 0; i < fields_count; i++) {
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	}
	return NULL;
}

const char *
field_answer(const json_t *answers, const char *name)
{
	const char *text = json_string_value(json_object_get(answers, name));

	return text != NULL ? text : "";
}

bool
field_asked(const struct field *field, const json_t *answers)
{
	return field->when_field == NULL ||
	       strcmp(field_answer(answers, field->when_field), field->when_value) == 0;
}

char *
field_fold(const struct field *field, const char *typed)
{
	size_t size = FOLD_SIZE(strlen(typed));
	char *trimmed = malloc(size), *folded = malloc(size);

	if (trimmed == NULL || folded == NULL) {
		free(trimmed);
		free(folded);
		return NULL;
	}
	fold_text(typed, trimmed);
	if (field->fold == NULL) {
		free(folded);
		return trimmed;
	}
	field->fold(trimmed, folded);
	free(trimmed);
	return folded;
}
