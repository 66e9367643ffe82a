/*
 * valid.h - validators: pure, NULL for good, else a key of Lang.error, one of valid_faults.
 */
#ifndef SBK_VALID_H
#define SBK_VALID_H

#include <stdbool.h>
#include <jansson.h>

#include "apply/field.h"

#define VALID_ADULT_AGE 18 /* Civil Code, article 17 */

/* Every key that can come out of here. */
extern const char *const valid_faults[];
extern const size_t valid_faults_count;

/*
 * 1–50 characters, as the banks' XSD has them: CJK U+3400–4DBF, U+4E00–9FFF, U+20000–3FFFF,
 * A–Z, a–z, and within the name blank, - and ·.
 */
field_valid valid_name;

field_valid valid_address;  /* 5–100 characters, no control characters */
field_valid valid_phone;    /* mainland mobile: 1[3-9] and 9 digits */
field_valid valid_postcode; /* Beijing: 100000–102699 */
field_valid valid_date;     /* a real date YYYY-MM-DD */
field_valid valid_id_any;   /* some ID number of any type (login) */
field_valid valid_photo;    /* the id of a picture that was kept: 32 digits of hex */

/*
 * GB 11643-1999: 18 characters, ISO 7064 MOD 11-2 check character, real birth date; area
 * softly.
 */
field_valid valid_resident_id;

/* The number by its type; id_type is a code of list id_type. */
const char *valid_id_number(const char *id_type, const char *number);

/* The first type whose rule the number keeps, NULL: none. */
const char *valid_id_type(const char *number);

/* Check character of 17 digits per GB 11643 (ISO 7064 MOD 11-2). */
char valid_id_check(const char digits[17]);

/*
 * Sex ('1' or '2') and birth date out of an 18-character number that has them; false if it
 * has not.
 */
bool valid_id_facts(const char *id_type, const char *number, char *sex, char birth_date[11]);

/*
 * Rules that cross fields, over all answers so far: id_number against id_type, sex and
 * birth_date against the number, validity in order and not expired on today, under 18 no
 * mail.  Adds field name → error key to faults (an object) for fields in answers only.
 */
void valid_across(const json_t *answers, const char *today, json_t *faults);

#endif
