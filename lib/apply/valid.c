/*
 * valid.c - validators: pure, NULL for good, else a key of Lang.error.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "apply/utf8.h"
#include "apply/valid.h"
#include "base/clock.h"

#define NAME_MAX_POINTS 50
#define ADDRESS_MIN 5
#define ADDRESS_MAX 100
#define POSTCODE_FIRST 100000
#define POSTCODE_LAST 102699
#define EARLIEST_BIRTH 1850 /* older ones are slips of a finger */

enum fault {
	ADDRESS_CHARACTERS,
	ADDRESS_ELSEWHERE,
	ADDRESS_LONG,
	ADDRESS_SHORT,
	BIRTH_DIFFERS,
	CHOICE_UNKNOWN,
	DATE_INVALID,
	DATE_ORDER,
	EXPIRED,
	ID_CHECK,
	ID_DATE,
	ID_FORMAT,
	ID_LENGTH,
	MINOR_PICKUP_ONLY,
	NAME_CHARACTERS,
	NAME_LENGTH,
	PHONE_FORMAT,
	POSTCODE_RANGE,
	REQUIRED,
	SEX_DIFFERS,
};

const char *const valid_faults[] = {
	[ADDRESS_CHARACTERS] = "address_characters",
	[ADDRESS_ELSEWHERE] = "address_elsewhere",
	[ADDRESS_LONG] = "address_long",
	[ADDRESS_SHORT] = "address_short",
	[BIRTH_DIFFERS] = "birth_differs",
	[CHOICE_UNKNOWN] = "choice_unknown",
	[DATE_INVALID] = "date_invalid",
	[DATE_ORDER] = "date_order",
	[EXPIRED] = "expired",
	[ID_CHECK] = "id_check",
	[ID_DATE] = "id_date",
	[ID_FORMAT] = "id_format",
	[ID_LENGTH] = "id_length",
	[MINOR_PICKUP_ONLY] = "minor_pickup_only",
	[NAME_CHARACTERS] = "name_characters",
	[NAME_LENGTH] = "name_length",
	[PHONE_FORMAT] = "phone_format",
	[POSTCODE_RANGE] = "postcode_range",
	[REQUIRED] = "required",
	[SEX_DIFFERS] = "sex_differs",
};
const size_t valid_faults_count = sizeof(valid_faults) / sizeof(valid_faults[0]);

static bool
digits(const char *text, size_t n)
{
	return strspn(text, "0123456789") >= n;
}

/* As the banks' schema has it: what a card printer and a bank can write. */
static bool
in_name(uint32_t point)
{
	return (point >= 0x3400 && point <= 0x4DBF) || (point >= 0x4E00 && point <= 0x9FFF) ||
	       (point >= 0x20000 && point <= 0x3FFFF) || (point < 0x80 && isalpha((int)point));
}

const char *
valid_name(const char *value)
{
	size_t points = 0;
	bool joint =
	    true; /* nothing, or a blank, - or · stands before: no name begins or ends so */
	uint32_t point;

	while ((point = utf8_next(&value)) != 0) {
		bool begins = points++ == 0;

		joint = point == ' ' || point == '-' || point == 0xB7;
		if (joint ? begins : !in_name(point))
			return valid_faults[NAME_CHARACTERS];
	}
	if (points == 0 || points > NAME_MAX_POINTS)
		return valid_faults[NAME_LENGTH];
	return joint ? valid_faults[NAME_CHARACTERS] : NULL;
}

/* GB/T 2260, all but Beijing: what an address begins with that lies there. */
static const char *const provinces[] = {
	"天津市",
	"河北省",
	"山西省",
	"内蒙古",
	"辽宁省",
	"吉林省",
	"黑龙江省",
	"上海市",
	"江苏省",
	"浙江省",
	"安徽省",
	"福建省",
	"江西省",
	"山东省",
	"河南省",
	"湖北省",
	"湖南省",
	"广东省",
	"广西壮族自治区",
	"海南省",
	"重庆市",
	"四川省",
	"贵州省",
	"云南省",
	"西藏自治区",
	"陕西省",
	"甘肃省",
	"青海省",
	"宁夏回族自治区",
	"新疆维吾尔自治区",
	"台湾省",
	"香港特别行政区",
	"澳门特别行政区",
};

const char *
valid_address(const char *value)
{
	size_t points = 0;
	uint32_t point;

	for (size_t i = 0; i < sizeof(provinces) / sizeof(provinces[0]); i++)
		if (strncmp(value, provinces[i], strlen(provinces[i])) == 0)
			return valid_faults[ADDRESS_ELSEWHERE];
	while ((point = utf8_next(&value)) != 0) {
		if (point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0xFFFD)
			return valid_faults[ADDRESS_CHARACTERS];
		points++;
	}
	if (points < ADDRESS_MIN)
		return valid_faults[ADDRESS_SHORT];
	return points > ADDRESS_MAX ? valid_faults[ADDRESS_LONG] : NULL;
}

const char *
valid_phone(const char *value)
{
	bool good =
	    strlen(value) == 11 && digits(value, 11) && value[0] == '1' && value[1] >= '3';

	return good ? NULL : valid_faults[PHONE_FORMAT];
}

const char *
valid_postcode(const char *value)
{
	if (strlen(value) == 6 && digits(value, 6)) {
		long code = strtol(value, NULL, 10);

		if (code >= POSTCODE_FIRST && code <= POSTCODE_LAST)
			return NULL;
	}
	return valid_faults[POSTCODE_RANGE];
}

const char *
valid_date(const char *value)
{
	return clock_parse_date(value, NULL, NULL, NULL) ? NULL : valid_faults[DATE_INVALID];
}

const char *
valid_photo(const char *value)
{
	bool good = strlen(value) == 32 && strspn(value, "0123456789abcdef") == 32;

	return good ? NULL : valid_faults[REQUIRED];
}

/* The ID number */

char
valid_id_check(const char first[17])
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	for (int i = 0; i < 17; i++)
		sum += weights[i] * (first[i] - '0');
	return "10X98765432"[sum % 11];
}

/* Digits 7 to 14 of 18 as a date. */
static void
birth_of(const char *number, char out[CLOCK_DATE_LEN])
{
	memcpy(out, number + 6, 4);
	out[4] = '-';
	memcpy(out + 5, number + 10, 2);
	out[7] = '-';
	memcpy(out + 8, number + 12, 3);
	out[10] = '\0';
}

/* What all numbers of 18 characters have in common: 6 digits, birth date, 3 digits, check. */
static const char *
eighteen(const char *number)
{
	char birth[CLOCK_DATE_LEN];
	int year;

	if (strlen(number) != 18)
		return valid_faults[ID_LENGTH];
	if (!digits(number, 17) || strchr("0123456789X", number[17]) == NULL)
		return valid_faults[ID_FORMAT];
	birth_of(number, birth);
	if (!clock_parse_date(birth, &year, NULL, NULL) || year < EARLIEST_BIRTH)
		return valid_faults[ID_DATE];
	return valid_id_check(number) == number[17] ? NULL : valid_faults[ID_CHECK];
}

/*
 * An area begins with its region, 1 to 7; which areas there are and were changes from year to
 * year.
 */
const char *
valid_resident_id(const char *value)
{
	const char *fault = eighteen(value);

	if (fault == NULL && (value[0] < '1' || value[0] > '7'))
		fault = valid_faults[ID_FORMAT];
	return fault;
}

static const char *
residence_permit(const char *value)
{
	const char *fault = eighteen(value);

	if (fault == NULL &&
	    (strncmp(value, "810000", 6) != 0 && strncmp(value, "820000", 6) != 0 &&
		strncmp(value, "830000", 6) != 0))
		fault = valid_faults[ID_FORMAT];
	return fault;
}

static const char *
hk_macao_pass(const char *value)
{
	if (strlen(value) != 9)
		return valid_faults[ID_LENGTH];
	return (value[0] == 'H' || value[0] == 'M') && digits(value + 1, 8)
		   ? NULL
		   : valid_faults[ID_FORMAT];
}

static const char *
taiwan_pass(const char *value)
{
	if (strlen(value) != 8)
		return valid_faults[ID_LENGTH];
	return digits(value, 8) ? NULL : valid_faults[ID_FORMAT];
}

/* 15 characters until 2023, since then 18 (GB 11643's structure, beginning with 9). */
static const char *
permanent_resident(const char *value)
{
	const char *fault;

	if (strlen(value) == 15)
		return isupper((unsigned char)value[0]) && isupper((unsigned char)value[1]) &&
			       isupper((unsigned char)value[2]) && digits(value + 3, 12)
			   ? NULL
			   : valid_faults[ID_FORMAT];
	fault = eighteen(value);
	if (fault == NULL && value[0] != '9')
		fault = valid_faults[ID_FORMAT];
	return fault;
}

/* No state numbers passports by letters alone; and a user name is not to be taken for one. */
static const char *
passport(const char *value)
{
	size_t len = strlen(value);
	bool good = strspn(value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len &&
		    strcspn(value, "0123456789") < len;

	if (len < 5 || len > 17)
		return valid_faults[ID_LENGTH];
	return good ? NULL : valid_faults[ID_FORMAT];
}

static const struct id_type {
	const char *code; /* of list id_type */
	field_valid *valid;
	bool facts; /* its numbers of 18 characters hold birth date and sex */
} id_types[] = {
	{ .code = "01", .valid = valid_resident_id, .facts = true },
	{ .code = "02", .valid = residence_permit, .facts = true },
	{ .code = "03", .valid = hk_macao_pass },
	{ .code = "04", .valid = taiwan_pass },
	{ .code = "05", .valid = permanent_resident, .facts = true },
	{ .code = "06", .valid = passport },
};

static const struct id_type *
id_type_find(const char *code)
{
	for (size_t i = 0; i < sizeof(id_types) / sizeof(id_types[0]); i++) {
		if (strcmp(id_types[i].code, code) == 0)
			return &id_types[i];
	}
	return NULL;
}

const char *
valid_id_number(const char *id_type, const char *number)
{
	const struct id_type *type = id_type_find(id_type);

	return type == NULL ? valid_faults[CHOICE_UNKNOWN] : type->valid(number);
}

const char *
valid_id_type(const char *number)
{
	for (size_t i = 0; i < sizeof(id_types) / sizeof(id_types[0]); i++) {
		if (id_types[i].valid(number) == NULL)
			return id_types[i].code;
	}
	return NULL;
}

/* Is it a resident ID, right or wrong? No other document's number has more than nine characters that are all digits (ICAO 9303). */
static bool
like_resident(const char *number)
{
	const size_t len = strlen(number);

	return len > 9 && digits(number, len - 1);
}

/* Most mistype a resident ID: what is as long as one, or looks like one, is told what is wrong with it. */
const char *
valid_id_any(const char *value)
{
	const char *fault = eighteen(value);

	if (like_resident(value) && fault != NULL)
		return fault;
	if (valid_id_type(value) != NULL)
		return NULL;
	return fault != NULL ? fault : valid_faults[ID_FORMAT];
}

bool
valid_id_facts(const char *id_type, const char *number, char *sex, char birth_date[11])
{
	const struct id_type *type = id_type_find(id_type);

	if (type == NULL || !type->facts || strlen(number) != 18 || type->valid(number) != NULL)
		return false;
	*sex = (number[16] - '0') % 2 == 1 ? '1' : '2';
	birth_of(number, birth_date);
	return true;
}

/* Rules that cross fields */

static void
blame(json_t *faults, const json_t *answers, const char *field, enum fault fault)
{
	if (*field_answer(answers, field) != '\0')
		json_object_set_new(faults, field, json_string(valid_faults[fault]));
}

static void
across_number(const json_t *answers, const char *today, json_t *faults)
{
	const char *type = field_answer(answers, "id_type");
	const char *number = field_answer(answers, "id_number");
	const char *told_sex = field_answer(answers, "sex");
	const char *told_birth = field_answer(answers, "birth_date");
	char sex, birth[CLOCK_DATE_LEN];
	const char *fault;

	if (*told_birth != '\0' && strcmp(told_birth, today) > 0)
		blame(faults, answers, "birth_date", DATE_INVALID);
	if (*type == '\0' || *number == '\0')
		return;
	fault = valid_id_number(type, number);
	if (fault != NULL)
		json_object_set_new(faults, "id_number", json_string(fault));
	if (!valid_id_facts(type, number, &sex, birth))
		return;
	if (strcmp(birth, today) > 0)
		blame(faults, answers, "id_number", ID_DATE);
	if (told_sex[0] != sex || told_sex[1] != '\0')
		blame(faults, answers, "sex", SEX_DIFFERS);
	if (strcmp(told_birth, birth) != 0)
		blame(faults, answers, "birth_date", BIRTH_DIFFERS);
}

/* Dates of this form compare as text. */
static void
across_validity(const json_t *answers, const char *today, json_t *faults)
{
	const char *from = field_answer(answers, "id_valid_from");
	const char *to = field_answer(answers, "id_valid_to");

	if (*to == '\0')
		return;
	if (*from != '\0' && strcmp(from, to) >= 0)
		blame(faults, answers, "id_valid_to", DATE_ORDER);
	else if (strcmp(to, today) < 0)
		blame(faults, answers, "id_valid_to", EXPIRED);
}

static void
across_age(const json_t *answers, const char *today, json_t *faults)
{
	const char *born = field_answer(answers, "birth_date");
	char sex, birth[CLOCK_DATE_LEN];

	if (*born == '\0' && valid_id_facts(field_answer(answers, "id_type"),
				 field_answer(answers, "id_number"), &sex, birth))
		born = birth;
	if (*born != '\0' && valid_date(born) == NULL &&
	    clock_age(born, today) < VALID_ADULT_AGE &&
	    strcmp(field_answer(answers, "delivery"), "mail") == 0)
		blame(faults, answers, "delivery", MINOR_PICKUP_ONLY);
}

void
valid_across(const json_t *answers, const char *today, json_t *faults)
{
	across_number(answers, today, faults);
	across_validity(answers, today, faults);
	across_age(answers, today, faults);
}
