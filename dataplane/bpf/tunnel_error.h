/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * ICMP errors about packets that we put into tunnels: too long for the path. The
 * pipeline reads them; here they are only told from those that are the kernel's.
 * No maps.
 */
#ifndef TUNNEL_ERROR_H
#define TUNNEL_ERROR_H

#include "frame.h"
#include "frame6.h"

/* RFC 792 and RFC 4443. */
struct icmp_error {
	__u8 type;
	__u8 code;
	__sum16 checksum;
	__be32 word;
};
_Static_assert(sizeof(struct icmp_error) == 8, "icmp_error");

#define ICMP_UNREACHABLE 3
#define ICMP_FRAGMENTATION_NEEDED 4
#define ICMPV6_TOO_BIG 2

/* GueHeader.FirstSourcePort: ports of the kernel's own are below, or not in long datagrams. */
#define FIRST_TUNNEL_PORT 0xc000

static __always_inline bool may_be_tunnel(__u8 protocol, const struct udphdr *udp)
{
	return protocol == IPPROTO_IPIP || protocol == IPPROTO_IPV6 || protocol == IPPROTO_GRE
		|| (protocol == IPPROTO_UDP && bpf_ntohs(udp->source) >= FIRST_TUNNEL_PORT);
}

static __always_inline bool about_tunnel(struct xdp_md *ctx, const struct frame *frame)
{
	const struct icmp_error *icmp = (const void *)(frame->ip + 1);
	const struct iphdr *quoted = (const void *)(icmp + 1);
	const struct udphdr *udp = (const void *)(quoted + 1);

	return frame->ip->protocol == IPPROTO_ICMP && plain_ip(frame->ip)
		&& (const void *)(udp + 1) <= (const void *)(long)ctx->data_end
		&& icmp->type == ICMP_UNREACHABLE && icmp->code == ICMP_FRAGMENTATION_NEEDED
		&& quoted->saddr == frame->ip->daddr && may_be_tunnel(quoted->protocol, udp);
}

static __always_inline bool same_address(const struct in6_addr *one, const struct in6_addr *other)
{
	return one->s6_addr32[0] == other->s6_addr32[0] && one->s6_addr32[1] == other->s6_addr32[1]
		&& one->s6_addr32[2] == other->s6_addr32[2] && one->s6_addr32[3] == other->s6_addr32[3];
}

static __always_inline bool about_tunnel6(struct xdp_md *ctx, const struct frame6 *frame)
{
	const struct icmp_error *icmp = (const void *)(frame->ip + 1);
	const struct ipv6hdr *quoted = (const void *)(icmp + 1);
	const struct udphdr *udp = (const void *)(quoted + 1);

	return frame->ip->nexthdr == IPPROTO_ICMPV6
		&& (const void *)(udp + 1) <= (const void *)(long)ctx->data_end
		&& icmp->type == ICMPV6_TOO_BIG
		&& same_address(&quoted->saddr, &frame->ip->daddr)
		&& may_be_tunnel(quoted->nexthdr, udp);
}

#endif
