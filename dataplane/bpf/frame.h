/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A frame's headers: where they are, whether they are plain enough to act on
 * without a second look, and how a translation is written into them. No maps.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "hyperplane.h"

#define CONTINUE (-1)
#define IPV4_NO_OPTIONS 0x45
#define IPV4_MORE_FRAGMENTS_AND_OFFSET 0x3fff
#define IPV4_DONT_FRAGMENT 0x4000
#define XDP_VERDICTS 7
#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10
#define TCP_FLAGS_BYTE 13
#define TCP_DATA_OFFSET_BYTE 12
/* What the IPv4 header's sum gains when the TTL loses one: -0x0100 in one's complement. */
#define TTL_DECREMENT_DELTA 0xfeff

/* Whether a segment has a FIN, and what follows it. */
struct fin {
	bool seen;
	__u32 sequence_end;
	__u32 acknowledgement;
};

struct frame {
	struct ethhdr *eth;
	struct iphdr *ip;
	/* Start of the TCP or UDP header. */
	__be16 *ports;
	__sum16 *checksum;
	struct flow_key4 key;
	__u32 bytes;
	struct fin fin;
};

/* An IPv4 frame with a whole header. */
static __always_inline bool find_ipv4(struct xdp_md *ctx, struct frame *frame)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	frame->eth = data;
	frame->ip = (void *)(frame->eth + 1);
	frame->bytes = data_end - data;
	return (void *)(frame->ip + 1) <= data_end && frame->eth->h_proto == bpf_htons(ETH_P_IP);
}

static __always_inline bool plain_ip(const struct iphdr *ip)
{
	return *(const __u8 *)ip == IPV4_NO_OPTIONS
		&& (ip->frag_off & bpf_htons(IPV4_MORE_FRAGMENTS_AND_OFFSET)) == 0;
}

/* The one's-complement sum of a header without options. */
static __always_inline __u16 ip_sum(const struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < (int)sizeof(*ip) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* The header's sum is right: a wrong one must not be carried on as if it were ours. */
static __always_inline bool ip_checksum_right(const struct iphdr *ip)
{
	return ip_sum(ip) == 0xffff;
}

/* A segment that moves no state, or but a FIN; gives the place of its checksum. */
static __always_inline bool plain_tcp(
	struct tcphdr *tcp, const void *data_end, __u32 segment_bytes, __sum16 **checksum, struct fin *fin)
{
	const __u8 *octets = (const __u8 *)tcp;
	__u32 header_bytes;

	if ((void *)(tcp + 1) > data_end)
		return false;
	header_bytes = (octets[TCP_DATA_OFFSET_BYTE] >> 4) * 4;
	if (header_bytes < sizeof(*tcp) || header_bytes > segment_bytes)
		return false;
	if ((octets[TCP_FLAGS_BYTE] & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK)
		return false;
	if (octets[TCP_FLAGS_BYTE] & TCP_FIN) {
		fin->seen = true;
		fin->sequence_end = bpf_ntohl(tcp->seq) + segment_bytes - header_bytes + 1;
		fin->acknowledgement = bpf_ntohl(tcp->ack_seq);
	}
	*checksum = &tcp->check;
	return true;
}

static __always_inline bool plain_udp(
	struct udphdr *udp, const void *data_end, __u32 segment_bytes, __sum16 **checksum)
{
	__u32 datagram_bytes;

	if ((void *)(udp + 1) > data_end)
		return false;
	datagram_bytes = bpf_ntohs(udp->len);
	if (datagram_bytes < sizeof(*udp) || datagram_bytes > segment_bytes)
		return false;
	*checksum = &udp->check;
	return true;
}

/* True when the frame is one that a flow entry may be applied to without a second look. */
static __always_inline bool plain(struct xdp_md *ctx, struct frame *frame)
{
	void *data_end = (void *)(long)ctx->data_end;
	__u32 total_bytes = bpf_ntohs(frame->ip->tot_len);
	__u32 segment_bytes = total_bytes - sizeof(*frame->ip);

	if (!plain_ip(frame->ip))
		return false;
	if (total_bytes < sizeof(*frame->ip) || total_bytes > frame->bytes - sizeof(*frame->eth))
		return false;
	if (frame->ip->protocol == IPPROTO_TCP) {
		if (!plain_tcp((void *)(frame->ip + 1), data_end, segment_bytes, &frame->checksum, &frame->fin))
			return false;
	} else if (frame->ip->protocol == IPPROTO_UDP) {
		if (!plain_udp((void *)(frame->ip + 1), data_end, segment_bytes, &frame->checksum))
			return false;
	} else {
		return false;
	}
	frame->ports = (void *)(frame->ip + 1);
	frame->key.source = frame->ip->saddr;
	frame->key.destination = frame->ip->daddr;
	frame->key.source_port = frame->ports[0];
	frame->key.destination_port = frame->ports[1];
	frame->key.protocol = frame->ip->protocol;
	return true;
}

/* RFC 1624, equation 3: HC' = ~(~HC + ~m + m'), the last two summed beforehand. */
static __always_inline __sum16 adjust(__sum16 checksum, __u32 delta)
{
	__u32 sum = (__u16)~checksum + delta;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__sum16)~sum;
}

/* By way of the checksum, whose place the verifier knows to be inside the frame. */
static __always_inline const struct tcphdr *tcp_of(const __sum16 *checksum)
{
	return (const void *)checksum - offsetof(struct tcphdr, check);
}

static __always_inline void adjust_tcp(__sum16 *checksum, __u32 delta, __be32 *acknowledgement)
{
	*checksum = adjust(*checksum, delta);
	*acknowledgement = tcp_of(checksum)->ack_seq;
}

/* RFC 768: 0 says that there is no checksum, so a sum of 0 is sent as its other form. */
static __always_inline void adjust_udp(__sum16 *checksum, __u32 delta)
{
	__sum16 sum;

	if (*checksum == 0)
		return;
	sum = adjust(*checksum, delta);
	*checksum = sum == 0 ? 0xffff : sum;
}

/* Notes the acknowledgement on the way: a reset is held against it. */
static __always_inline void rewrite(struct frame *frame, struct flow_entry4 *entry)
{
	struct iphdr *ip = frame->ip;

	ip->saddr = entry->source;
	ip->daddr = entry->destination;
	frame->ports[0] = entry->source_port;
	frame->ports[1] = entry->destination_port;
	ip->check = adjust(ip->check, (__u32)entry->ip_checksum_delta + bpf_htons(TTL_DECREMENT_DELTA));
	ip->ttl--;
	if (ip->protocol == IPPROTO_TCP)
		adjust_tcp(frame->checksum, entry->l4_checksum_delta, &entry->acknowledgement);
	else
		adjust_udp(frame->checksum, entry->l4_checksum_delta);
}

#endif
