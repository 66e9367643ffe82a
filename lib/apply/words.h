/*
 * words.h - lists of names in one string, with blanks between them, as tables and columns
 * hold them.
 */
#ifndef SBK_WORDS_H
#define SBK_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 32 /* bytes of a word, its NUL included; no name of ours is longer */

/*
 * Takes the next word off *words. false after the last one. A longer word is cut, and so
 * equals none.
 */
bool words_next(const char **words, char word[WORDS_MAX]);

bool words_have(const char *words, const char *word);

#endif
