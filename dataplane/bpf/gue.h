/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A packet inside Generic UDP Encapsulation, version 0 without options, from
 * node to node: GueHeader in Hyperplane.Dataplane. No maps.
 */
#ifndef GUE_H
#define GUE_H

#include "frame.h"

#define GUE_PORT 6080
#define GUE_IPV4_FOLLOWS 0x00040000
#define GUE_IPV6_FOLLOWS 0x00290000

/* What the tunnel adds to a packet: GueHeader.Bytes. */
#define GUE_BYTES ((int)(sizeof(struct iphdr) + sizeof(struct udphdr) + sizeof(__be32)))
_Static_assert(GUE_BYTES == 32, "GUE_BYTES");

struct gue_headers {
	struct ethhdr *eth;
	struct iphdr *ip;
	struct udphdr *udp;
	__be32 *follows;
};

/* False when the frame is too short for them. */
static __always_inline bool find_gue(struct xdp_md *ctx, struct gue_headers *outer)
{
	outer->eth = (void *)(long)ctx->data;
	outer->ip = (void *)(outer->eth + 1);
	outer->udp = (void *)(outer->ip + 1);
	outer->follows = (void *)(outer->udp + 1);
	return (void *)(outer->follows + 1) <= (void *)(long)ctx->data_end;
}

#endif
