/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * How many flows may begin: what would open one at a VIP is dropped here when
 * there are too many, before it costs the pipeline anything. Frames of known
 * flows never come here.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "frame6.h"
#include "maps.h"

/* What may come at once: of a tenth of a second, at least one. */
#define ADMISSION_BURST_NS 100000000ull
#define IPV4_FRAGMENT_OFFSET 0x1fff
#define IPV6_NETWORK_WORDS 2

/*
 * A leaky bucket as one number, the time at which it is empty again (generic cell rate algorithm, ITU-T I.371). Of two
 * CPUs that come at once one may go free.
 */
static __always_inline bool within_rate(__u64 *time_ns, __u64 cost_ns, __u64 now_ns)
{
	__u64 burst_ns = cost_ns > ADMISSION_BURST_NS ? cost_ns : ADMISSION_BURST_NS;
	__u64 old_ns = *(volatile __u64 *)time_ns;
	__u64 next_ns = (old_ns > now_ns ? old_ns : now_ns) + cost_ns;

	if (next_ns > now_ns + burst_ns)
		return false;
	__sync_val_compare_and_swap(time_ns, old_ns, next_ns);
	return true;
}

/* Tenants have limits of their own, and a source that one of them holds back is nobody else's affair. */
static __always_inline bool source_within_rate(
	const struct address *address, const struct admission *limits, __u64 now_ns)
{
	struct source source = { .address = *address, .tenant_place = limits->tenant_place };
	__u64 *time_ns = bpf_map_lookup_elem(&source_times, &source);
	__u64 cost_ns = limits->source_cost_ns;
	__u64 first_ns = now_ns + cost_ns;

	if (time_ns)
		return within_rate(time_ns, cost_ns, now_ns);
	bpf_map_update_elem(&source_times, &source, &first_ns, BPF_ANY);
	return true;
}

static __always_inline bool place_within_rate(__u32 place, __u64 cost_ns, __u64 now_ns)
{
	__u64 *time_ns = bpf_map_lookup_elem(&admission_times, &place);

	return !time_ns || within_rate(time_ns, cost_ns, now_ns);
}

/* The source is asked first, so that one alone does not use up what is everybody's. */
static __noinline bool admitted(
	const struct address *source, const struct address *vip, __u64 now_ns, enum packet_counter *counter)
{
	const struct admission *limits = bpf_map_lookup_elem(&admissions, vip);

	if (!limits)
		return true;
	*counter = COUNTER_DROP_SOURCE_RATE;
	if (limits->source_cost_ns && !source_within_rate(source, limits, now_ns))
		return false;
	*counter = COUNTER_DROP_VIP_RATE;
	if (limits->vip_cost_ns && !place_within_rate(limits->vip_place, limits->vip_cost_ns, now_ns))
		return false;
	*counter = COUNTER_DROP_TENANT_RATE;
	return !limits->tenant_cost_ns || place_within_rate(limits->tenant_place, limits->tenant_cost_ns, now_ns);
}

/* Whether a frame that no flow is known of opens one: a SYN, or any datagram. Only TCP is looked into. */
static __always_inline bool opens_flow(const void *transport, const void *data_end, __u8 protocol)
{
	const __u8 *octets = transport;

	if (protocol == IPPROTO_UDP)
		return true;
	if (protocol != IPPROTO_TCP || (const void *)(octets + sizeof(struct tcphdr)) > data_end)
		return false;
	return (octets[TCP_FLAGS_BYTE] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* A later fragment has no flags, and its first one was asked for. */
static __always_inline bool may_begin(struct xdp_md *ctx, const struct frame *frame, __u64 now_ns,
	enum packet_counter *counter)
{
	const void *data_end = (void *)(long)ctx->data_end;
	__u32 header_bytes = (*(const __u8 *)frame->ip & 0xf) * 4;
	struct address source = {}, vip = {};

	if ((frame->ip->frag_off & bpf_htons(IPV4_FRAGMENT_OFFSET)) != 0
		|| !opens_flow((const void *)frame->ip + header_bytes, data_end, frame->ip->protocol))
		return true;
	map_address(&source, frame->ip->saddr);
	map_address(&vip, frame->ip->daddr);
	return admitted(&source, &vip, now_ns, counter);
}

/* What has extension headers opens a flow as far as one can see here. */
static __always_inline bool may_begin6(struct xdp_md *ctx, const struct frame6 *frame, __u64 now_ns,
	enum packet_counter *counter)
{
	const void *data_end = (void *)(long)ctx->data_end;
	struct address source = {}, vip;
	__u8 next = frame->ip->nexthdr;

	if (next == IPPROTO_ICMPV6 || (next == IPPROTO_TCP && !opens_flow(frame->ip + 1, data_end, next)))
		return true;
	/* A host has its whole /64 to choose from. */
	__builtin_memcpy(&source, &frame->ip->saddr, IPV6_NETWORK_WORDS * sizeof(__be32));
	__builtin_memcpy(&vip, &frame->ip->daddr, sizeof(vip));
	return admitted(&source, &vip, now_ns, counter);
}

#endif
