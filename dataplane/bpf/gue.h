/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * An IPv4 packet inside Generic UDP Encapsulation, version 0 without options:
 * GueHeader in Hyperplane.Dataplane. No maps.
 */
#ifndef GUE_H
#define GUE_H

#include "frame.h"

#define GUE_PORT 6080
#define GUE_IPV4_FOLLOWS 0x00040000
#define GUE_TTL 64
#define IPV4_DONT_FRAGMENT 0x4000

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

/* All but the Ethernet addresses. */
static __always_inline void write_gue(
	const struct gue_headers *outer, __u32 packet_bytes, __be32 source, __be32 destination, __be16 port)
{
	struct iphdr *ip = outer->ip;

	outer->eth->h_proto = bpf_htons(ETH_P_IP);
	*(__u8 *)ip = IPV4_NO_OPTIONS;
	ip->tos = 0;
	ip->tot_len = bpf_htons((__u16)packet_bytes);
	ip->id = 0;
	ip->frag_off = bpf_htons(IPV4_DONT_FRAGMENT);
	ip->ttl = GUE_TTL;
	ip->protocol = IPPROTO_UDP;
	ip->check = 0;
	ip->saddr = source;
	ip->daddr = destination;
	ip->check = ~ip_sum(ip);
	outer->udp->source = port;
	outer->udp->dest = bpf_htons(GUE_PORT);
	outer->udp->len = bpf_htons((__u16)(packet_bytes - sizeof(*ip)));
	outer->udp->check = 0;
	*outer->follows = bpf_htonl(GUE_IPV4_FOLLOWS);
}

#endif
