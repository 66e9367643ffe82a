#include <string.h>

#include "base/clock.h"
#include "login/device.h"

#define DAY 86400
#define TIME_LEN 4

struct device {
	uint8_t at[TIME_LEN];
	uint8_t id[SEAL_ID_LEN];
	uint8_t mac[SEAL_HASH_LEN];
};

_Static_assert(2 * sizeof(struct device) + 1 == DEVICE_LEN, "DEVICE_LEN");

static NEOERR *
mac(const struct seal *seal, const struct device *device, const uint8_t account[SEAL_ID_LEN],
    uint8_t out[SEAL_HASH_LEN])
{
	uint8_t data[TIME_LEN + 2 * SEAL_ID_LEN];

	memcpy(data, device->at, TIME_LEN);
	memcpy(data + TIME_LEN, device->id, SEAL_ID_LEN);
	memcpy(data + TIME_LEN + SEAL_ID_LEN, account, SEAL_ID_LEN);
	return nerr_pass(seal_hash(seal, "device", data, sizeof(data), out));
}

NEOERR *
device_new(const struct seal *seal, const uint8_t account[SEAL_ID_LEN], char cookie[DEVICE_LEN])
{
	const uint32_t now = (uint32_t)clock_now();
	struct device device;
	NEOERR *err;

	for (int i = 0; i < TIME_LEN; i++)
		device.at[i] = (uint8_t)(now >> (8 * (TIME_LEN - 1 - i)));
	if ((err = seal_random(device.id, SEAL_ID_LEN)) ||
	    (err = mac(seal, &device, account, device.mac)))
		return nerr_pass(err);
	seal_hex(&device, sizeof(device), cookie);
	return STATUS_OK;
}

NEOERR *
device_check(const struct seal *seal, const uint8_t account[SEAL_ID_LEN], const char *cookie,
    bool *known, uint8_t id[SEAL_ID_LEN])
{
	struct device device;
	uint8_t right[SEAL_HASH_LEN];
	int64_t at = 0, age;
	NEOERR *err;

	*known = false;
	if (!seal_unhex(cookie, &device, sizeof(device)))
		return STATUS_OK;
	if ((err = mac(seal, &device, account, right)))
		return nerr_pass(err);
	for (int i = 0; i < TIME_LEN; i++)
		at = at << 8 | device.at[i];
	age = clock_now() - at;
	*known = seal_equal(right, device.mac, SEAL_HASH_LEN) && age >= 0 &&
		 age < (int64_t)DEVICE_DAYS * DAY;
	if (*known)
		memcpy(id, device.id, SEAL_ID_LEN);
	return STATUS_OK;
}
