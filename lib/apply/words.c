/*
 * words.c - lists of names in one string.
 */
#include <string.h>

#include "apply/words.h"

bool
words_next(const char **words, char word[WORDS_MAX])
{
	const char *at = *words + strspn(*words, " ");
	size_t len = strcspn(at, " ");
	size_t kept = len < WORDS_MAX ? len : WORDS_MAX - 1;

	memcpy(word, at, kept);
	word[kept] = '\0';
	*words = at + len;
	return len > 0;
}

bool
words_have(const char *words, const char *word)
{
	char each[WORDS_MAX];

	while (words_next(&words, each)) {
		if (strcmp(each, word) == 0)
			return true;
	}
	return false;
}
