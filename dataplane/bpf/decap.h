/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the decapsulator of a target shares with hpdecap: settings, keys and
 * counters. Each type has a twin in Hyperplane.Decap; a test compares them.
 */
#ifndef DECAP_H
#define DECAP_H

#include <linux/types.h>

/* Settings, fixed at load: DecapConfig. Host order. */
struct decap_config {
	__u32 vni;
	__u16 gue_port;
	/* 0 = every network's number is taken. */
	__u8 checks_vni;
	/* 0 = every inner destination is taken. */
	__u8 checks_vip;
};
_Static_assert(sizeof(struct decap_config) == 8, "decap_config");

/* DecapAddress. An IPv4 address stands in the first four bytes, zeros follow. */
struct decap_address {
	/* 4 or 6. */
	__u32 version;
	__u8 octets[16];
};
_Static_assert(sizeof(struct decap_address) == 20, "decap_address");

/* DecapPrefix. The version's 32 bits are part of the prefix: ::/0 holds no IPv4 address. */
struct decap_prefix {
	__u32 bits;
	struct decap_address address;
};
_Static_assert(sizeof(struct decap_prefix) == 24, "decap_prefix");

/* How a frame can end: DecapCounter, by the same names and numbers. */
enum decap_counter {
	DECAP_RECEIVED,
	/* To the kernel, untouched. */
	DECAP_PASS_NO_TUNNEL,
	DECAP_PASS_OTHER_ADDRESS,
	DECAP_PASS_SOURCE_NOT_ALLOWED,
	DECAP_PASS_OUTER_FRAGMENT,
	DECAP_PASS_OUTER_OPTIONS,
	DECAP_PASS_OTHER_VNI,
	DECAP_PASS_NOT_A_VIP,
	/* To the kernel as the packet that was inside. */
	DECAP_UNWRAPPED_IP,
	DECAP_UNWRAPPED_GRE,
	DECAP_UNWRAPPED_GUE,
	DECAP_UNWRAPPED_VXLAN,
	DECAP_DROP_TRUNCATED,
	DECAP_DROP_OUTER_CHECKSUM,
	DECAP_DROP_GRE_HEADER,
	DECAP_DROP_GUE_HEADER,
	DECAP_DROP_VXLAN_HEADER,
	DECAP_DROP_INNER_NOT_IP,
	DECAP_DROP_INNER_MALFORMED,
	DECAP_DROP_CONGESTION,
	DECAP_DROP_MERGED_DATAGRAMS,
	DECAP_DROP_KERNEL_REFUSED,
	DECAP_COUNTERS,
};

struct decap_counts {
	__u64 frames[DECAP_COUNTERS];
};

#endif
