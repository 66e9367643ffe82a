/*
 * replay_main.c - runs a fuzz target over files, once each: what libFuzzer does without fuzzing.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long len;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (len = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET) != 0 ||
	    /* Exactly as long as the input: the sanitizer sees a read past its end. */
	    (data = malloc((size_t)len)) == NULL ||
	    fread(data, 1, (size_t)len, file) != (size_t)len) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)len);
	free(data);
}

int
main(int argc, char **argv)
{
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%d inputs\n", argc - 1);
	return 0;
}
