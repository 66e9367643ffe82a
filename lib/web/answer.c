#include <stdio.h>
#include <string.h>

#include "apply/dictionary.h"
#include "web/answer.h"

const char *
answer_label(const struct page *page, const struct flow_step *step, const struct field *field)
{
	const char *own = page_word(page, "step.%s.label.%s", step->name, field->name);

	return *own ? own : page_word(page, "label.%s", field->name);
}

void
answer_words(const struct page *page, const struct field *field, const json_t *answers,
    char *out, size_t size)
{
	const struct dictionary *d = page->site->dictionary;
	const char *value = field_answer(answers, field->name), *words = value;
	const struct code *code;
	const struct bank *bank;
	const struct branch *branch;

	if (field->codes) {
		if ((code = dictionary_code(d, field->codes, value)) != NULL) {
			words = page_word(page, "choice.%s.%s", code->list, code->code);
			if (*words == '\0')
				words = code->name[page->language];
		}
	} else if (strcmp(field->name, "bank") == 0) {
		if ((bank = dictionary_bank(d, value)) != NULL)
			words = bank->name[page->language];
	} else if (strcmp(field->name, "branch") == 0) {
		if ((branch = dictionary_branch(d, value)) != NULL)
			words = branch->name[page->language];
	} else if (field->kind == FIELD_DATE && strcmp(value, FOLD_FOREVER) == 0) {
		words = page_word(page, "long_term");
	}
	snprintf(out, size, "%s", words);
}
