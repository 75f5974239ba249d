/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * How many flows may begin: what would open one at a VIP is dropped here when
 * there are too many, before it costs the pipeline anything. Frames of known
 * flows never come here.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "challenge.h"
#include "relay.h"

#define IPV4_FRAGMENT_OFFSET 0x1fff
#define IPV6_NETWORK_WORDS 2
/* What a known source may use of a rate beyond what anybody may: another burst. */
#define KNOWN_BURSTS 2

/* What a frame of no known flow would do. */
enum opening {
	OPENS_NOTHING,
	OPENS_BY_DATAGRAM,
	OPENS_BY_SYN,
	/* Perhaps the answer to a challenge. */
	OPENS_BY_RESET,
};

struct buckets {
	__u64 *source;
	__u64 *vip;
	__u64 *tenant;
};

/* Tenants have limits of their own, and a source that one of them holds back is nobody else's affair. */
static __always_inline struct source source_of(const struct address *address, const struct admission *limits)
{
	return (struct source){ .address = *address, .tenant_place = limits->tenant_place };
}

static __always_inline void find_buckets(
	struct buckets *buckets, const struct address *address, const struct admission *limits)
{
	struct source source = source_of(address, limits);
	__u32 vip_place = limits->vip_place;
	__u32 tenant_place = limits->tenant_place;

	buckets->source = limits->source_cost_ns ? bpf_map_lookup_elem(&source_times, &source) : NULL;
	buckets->vip = limits->vip_cost_ns ? bpf_map_lookup_elem(&admission_times, &vip_place) : NULL;
	buckets->tenant = limits->tenant_cost_ns ? bpf_map_lookup_elem(&admission_times, &tenant_place) : NULL;
}

static __always_inline void take_all(
	const struct buckets *buckets, const struct address *address, const struct admission *limits, __u64 now_ns)
{
	struct source source = source_of(address, limits);
	__u64 first_ns = now_ns + limits->source_cost_ns;

	take(buckets->source, limits->source_cost_ns, now_ns);
	take(buckets->vip, limits->vip_cost_ns, now_ns);
	take(buckets->tenant, limits->tenant_cost_ns, now_ns);
	if (limits->source_cost_ns && !buckets->source)
		bpf_map_update_elem(&source_times, &source, &first_ns, BPF_ANY);
}

/* The rate that has no room for one more; COUNTER_PUNTED: none. */
static __always_inline enum packet_counter beyond(
	const struct buckets *buckets, const struct admission *limits, __u32 bursts, __u64 now_ns)
{
	if (!has_room(buckets->vip, limits->vip_cost_ns, bursts, now_ns))
		return COUNTER_DROP_VIP_RATE;
	if (!has_room(buckets->tenant, limits->tenant_cost_ns, bursts, now_ns))
		return COUNTER_DROP_TENANT_RATE;
	return COUNTER_PUNTED;
}

/*
 * The source is asked first, so that one alone does not use up what is everybody's; who is refused takes nothing.
 * CONTINUE, XDP_DROP, or XDP_TX: a source that is not known is to be challenged.
 */
static __noinline int admit(const struct address *source, const struct address *vip, enum opening opening, __u64 now_ns,
	enum packet_counter *counter)
{
	const struct admission *limits = bpf_map_lookup_elem(&admissions, vip);
	struct buckets buckets;

	if (!limits)
		return CONTINUE;
	find_buckets(&buckets, source, limits);
	*counter = COUNTER_DROP_SOURCE_RATE;
	if (!has_room(buckets.source, limits->source_cost_ns, 1, now_ns))
		return XDP_DROP;
	*counter = beyond(&buckets, limits, 1, now_ns);
	if (opening == OPENS_BY_SYN && config.challenge_cost_ns && (*counter != COUNTER_PUNTED || crowded())) {
		if (!is_known(source, now_ns))
			return XDP_TX;
		*counter = beyond(&buckets, limits, KNOWN_BURSTS, now_ns);
	}
	if (*counter != COUNTER_PUNTED)
		return XDP_DROP;
	take_all(&buckets, source, limits, now_ns);
	return CONTINUE;
}

/* Counts a refusal at its VIP; a VIP without room is not counted by itself. */
static __noinline int refuse(const struct address *vip, enum packet_counter reason)
{
	struct refusals *counts = bpf_map_lookup_elem(&refusals, vip);
	struct refusals none = {};

	if (!counts) {
		bpf_map_update_elem(&refusals, vip, &none, BPF_NOEXIST);
		counts = bpf_map_lookup_elem(&refusals, vip);
	}
	if (!counts)
		return XDP_DROP;
	if (reason == COUNTER_DROP_SOURCE_RATE)
		counts->source_rate++;
	else if (reason == COUNTER_DROP_VIP_RATE)
		counts->vip_rate++;
	else if (reason == COUNTER_DROP_TENANT_RATE)
		counts->tenant_rate++;
	else
		counts->challenge_rate++;
	return XDP_DROP;
}

/* Only TCP is looked into. */
static __always_inline enum opening opening_of(const void *transport, const void *data_end, __u8 protocol)
{
	const __u8 *octets = transport;

	if (protocol == IPPROTO_UDP)
		return OPENS_BY_DATAGRAM;
	if (protocol != IPPROTO_TCP || (const void *)(octets + sizeof(struct tcphdr)) > data_end)
		return OPENS_NOTHING;
	if ((octets[TCP_FLAGS_BYTE] & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		return OPENS_BY_SYN;
	return (octets[TCP_FLAGS_BYTE] & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_RST ? OPENS_BY_RESET : OPENS_NOTHING;
}

/* A host has its whole /64 to choose from. */
static __always_inline void source_of6(struct address *source, const struct in6_addr *address)
{
	__builtin_memset(source, 0, sizeof(*source));
	__builtin_memcpy(source, address, IPV6_NETWORK_WORDS * sizeof(__be32));
}

/* A reset that answers a challenge has done its work: its source is known, and its SYN comes again. */
static __always_inline int passed(
	const struct flow_key6 *key, const struct address *source, const struct tcphdr *reset, __u64 now_ns,
	enum packet_counter *counter)
{
	if (!config.challenge_cost_ns || !bpf_map_lookup_elem(&admissions, &key->destination)
		|| !answers_challenge(key, bpf_ntohl(reset->seq), now_ns))
		return CONTINUE;
	know(source, now_ns);
	*counter = COUNTER_CHALLENGE_PASSED;
	return XDP_DROP;
}

static __noinline int passed4(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	struct iphdr *ip = (void *)(long)ctx->data + sizeof(struct ethhdr);
	struct flow_key6 key = {};
	struct tcphdr *tcp;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return CONTINUE;
	tcp = find_segment4(ctx, ip, &key);
	return tcp ? passed(&key, &key.source, tcp, now_ns, counter) : CONTINUE;
}

static __noinline int passed6(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	struct ipv6hdr *ip = (void *)(long)ctx->data + sizeof(struct ethhdr);
	struct flow_key6 key = {};
	struct address source;
	struct tcphdr *tcp;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return CONTINUE;
	tcp = find_segment6(ctx, ip, &key);
	source_of6(&source, &ip->saddr);
	return tcp ? passed(&key, &source, tcp, now_ns, counter) : CONTINUE;
}

/*
 * CONTINUE, or what becomes of a frame that may not open a flow. A later fragment has no flags, and its first one was
 * asked for. What a peer relayed was asked for there.
 */
static __noinline int begin4(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	struct address source = {}, vip = {};
	struct frame frame = {};
	enum opening opening;
	int verdict;

	if (!find_ipv4(ctx, &frame) || (frame.ip->frag_off & bpf_htons(IPV4_FRAGMENT_OFFSET)) != 0)
		return CONTINUE;
	opening = opening_of(
		(const void *)frame.ip + (*(const __u8 *)frame.ip & 0xf) * 4, (void *)(long)ctx->data_end, frame.ip->protocol);
	if (opening == OPENS_NOTHING)
		return CONTINUE;
	if (opening == OPENS_BY_RESET)
		return passed4(ctx, now_ns, counter);
	map_address(&source, frame.ip->saddr);
	map_address(&vip, frame.ip->daddr);
	verdict = admit(&source, &vip, opening, now_ns, counter);
	if (verdict == CONTINUE || from_peer(frame.eth))
		return CONTINUE;
	if (verdict == XDP_TX)
		verdict = challenge4(ctx, now_ns, counter);
	return verdict == XDP_DROP ? refuse(&vip, *counter) : verdict;
}

/* What has extension headers opens a flow as far as one can see here. */
static __noinline int begin6(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	enum opening opening = OPENS_BY_DATAGRAM;
	struct address source, vip;
	struct frame6 frame = {};
	int verdict;

	if (!find_ipv6(ctx, &frame) || frame.ip->nexthdr == IPPROTO_ICMPV6)
		return CONTINUE;
	if (frame.ip->nexthdr == IPPROTO_TCP)
		opening = opening_of(frame.ip + 1, (void *)(long)ctx->data_end, IPPROTO_TCP);
	if (opening == OPENS_NOTHING)
		return CONTINUE;
	if (opening == OPENS_BY_RESET)
		return passed6(ctx, now_ns, counter);
	source_of6(&source, &frame.ip->saddr);
	__builtin_memcpy(&vip, &frame.ip->daddr, sizeof(vip));
	verdict = admit(&source, &vip, opening, now_ns, counter);
	if (verdict == CONTINUE || from_peer(frame.eth))
		return CONTINUE;
	if (verdict == XDP_TX)
		verdict = challenge6(ctx, now_ns, counter);
	return verdict == XDP_DROP ? refuse(&vip, *counter) : verdict;
}

#endif
