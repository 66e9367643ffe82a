/*
 * wire_fuzz.c - any bytes as the head of a request and of an answer: refused, or packed again as they came.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <photo/wire.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t in[WIRE_ANSWER_LEN] = { 0 }, out[WIRE_ANSWER_LEN];
	struct wire_request request;
	struct wire_answer answer;

	memcpy(in, data, len < sizeof(in) ? len : sizeof(in));
	if (wire_read_request(in, &request)) {
		wire_pack_request(&request, out);
		if (memcmp(in, out, WIRE_REQUEST_LEN) != 0 ||
		    wire_kind_name(request.kind) == NULL)
			abort();
	}
	if (wire_read_answer(in, &answer)) {
		wire_pack_answer(&answer, out);
		if (memcmp(in, out, WIRE_ANSWER_LEN) != 0 ||
		    answer.facts_len > WIRE_FACTS_MAX || answer.jpeg_len > WIRE_JPEG_MAX)
			abort();
	}
	return 0;
}
