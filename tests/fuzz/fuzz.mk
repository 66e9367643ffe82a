# fuzz.mk - read after the Makefile: `fuzz` builds the fuzz targets with its objects and flags.
# FUZZ_MAIN: what drives them, replay_main.c, or nothing where the compiler brings its own.

FUZZ      := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_MAIN ?= $(BUILD)/obj/tests/fuzz/replay_main.o

fuzz: $(FUZZ)

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(FUZZ_MAIN) $(filter-out %/worker.o,$(OBJ_PHOTO)) $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) $(FUZZ_DRIVER) -o $@ $^ $(LIBS_PHOTO) $(LIBS_BANK) $(LIBS_WEB)

.PHONY: fuzz
