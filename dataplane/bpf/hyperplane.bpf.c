// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Decides which frames are ours, forwards those of established flows, and
 * relays those of other nodes' flows to their owners.
 *
 * A cache of the pipeline's verdicts: whatever is not a plain frame of a flow
 * that the pipeline has put into `flows` goes to the pipeline, which alone names
 * what is wrong with it. What is not ours goes to the kernel untouched.
 *
 * Stages answer a verdict (enum xdp_action) or CONTINUE.
 */
#include "admission.h"
#include "clock.h"
#include "relay.h"
#include "translate.h"
#include "tunnel_error.h"
#include "vlan.h"

#define BIT_MULTIPLIER 2654435761u
#define BIT_SHIFT 16

static __always_inline bool has_bit(const struct destination_bits *of, __u32 number)
{
	__u32 bit = (number * BIT_MULTIPLIER) >> BIT_SHIFT;

	return (of->bits[bit >> 6] >> (bit & 63) & 1) != 0;
}

/* Whether an address, or the /24 or IPv6 /48 it is in, may have something to do with us. */
static __always_inline bool may_be_ours(__u32 block, __u32 address)
{
	__u32 zero = 0;
	const struct own_destinations *own = bpf_map_lookup_elem(&own_destinations, &zero);

	return own && (has_bit(&own->addresses, address) || has_bit(&own->blocks, block));
}

static __always_inline bool may_be_ours4(__be32 address)
{
	__u32 number = bpf_ntohl(address);

	return may_be_ours(number >> 8, number);
}

static __always_inline bool may_be_ours6(const struct in6_addr *address)
{
	__u32 first = bpf_ntohl(address->s6_addr32[0]);
	__u32 second = bpf_ntohl(address->s6_addr32[1]);
	__u32 rest = bpf_ntohl(address->s6_addr32[2]) ^ bpf_ntohl(address->s6_addr32[3]);

	return may_be_ours(first ^ (second >> 16), first ^ second ^ rest);
}

/* Whether flows to an IPv4 destination may have to do with IPv6: looking for them where there are none costs. */
static __always_inline bool may_cross(__be32 address)
{
	__u32 zero = 0;
	const struct destination_bits *destinations = bpf_map_lookup_elem(&crossing, &zero);

	return destinations && has_bit(destinations, bpf_ntohl(address));
}

static __always_inline bool ours(struct xdp_md *ctx, const struct frame *frame)
{
	struct own_prefix_key key = { .prefix_bits = 32, .address = frame->ip->daddr };
	const __u32 *own = bpf_map_lookup_elem(&own_prefixes, &key);

	return own && (*own != OWN_TUNNEL_SOURCE || about_tunnel(ctx, frame));
}

static __always_inline bool ours6(struct xdp_md *ctx, const struct frame6 *frame)
{
	struct own_prefix_key6 key = { .prefix_bits = 128 };
	const __u32 *own;

	__builtin_memcpy(&key.address, &frame->ip->daddr, sizeof(key.address));
	own = bpf_map_lookup_elem(&own_prefixes6, &key);
	return own && (*own != OWN_TUNNEL_SOURCE || about_tunnel6(ctx, frame));
}

/* The dead-man switch. A beat may be newer than our coarse clock, hence the signed difference. */
static __always_inline bool stalled(__u64 now_ns)
{
	if (config.stall_timeout_ns == 0)
		return false;
	for (__u32 i = 0; i < MAX_PIPELINES && i < config.pipelines; i++) {
		__u64 beat_ns = *(volatile __u64 *)&heartbeats[i].beat_ns;

		if (beat_ns == 0 || (__s64)(now_ns - beat_ns) > (__s64)config.stall_timeout_ns)
			return true;
	}
	return false;
}

static __always_inline int punt(struct xdp_md *ctx, enum packet_counter *counter)
{
	int verdict = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_DROP);

	*counter = verdict == XDP_REDIRECT ? COUNTER_PUNTED : COUNTER_DROP_NO_SOCKET;
	return verdict;
}

/* A frame that a switch floods because it lost the receiver must not be carried on twice. */
static __always_inline bool addressed_to_us(const struct ethhdr *eth)
{
	return !config.checks_mac || (*(const __u32 *)eth->h_dest == config.own_mac_first
		&& *(const __u16 *)(eth->h_dest + 4) == config.own_mac_last);
}

/* CONTINUE: of no known flow. What follows is not asked for here, to spare the stack. */
static __noinline int decide6(struct xdp_md *ctx, enum packet_counter *counter)
{
	struct frame6 frame = {};
	__u64 now_ns;
	bool alive;
	int verdict;

	if (!find_ipv6(ctx, &frame) || !addressed_to_us(frame.eth) || !may_be_ours6(&frame.ip->daddr))
		return XDP_PASS;
	now_ns = coarse_now_ns();
	alive = !stalled(now_ns);
	if (alive && plain6(ctx, &frame)) {
		struct flow_entry6 *entry = bpf_map_lookup_elem(&flows6, &frame.key);

		if (entry) {
			if (is_tunnelled(entry))
				verdict = encapsulate6(ctx, &frame, entry, now_ns, counter);
			else if (is_mapped(&entry->source))
				verdict = to_ipv4(ctx, &frame, entry, now_ns, counter);
			else
				verdict = forward6(ctx, &frame, entry, now_ns, counter);
			return verdict == CONTINUE ? punt(ctx, counter) : verdict;
		}
		verdict = relay6(ctx, &frame, now_ns, counter);
		if (verdict != CONTINUE)
			return verdict;
	}
	if (!ours6(ctx, &frame))
		return XDP_PASS;
	if (!alive) {
		*counter = COUNTER_DROP_AGENT_STALLED;
		return XDP_DROP;
	}
	return CONTINUE;
}

static __always_inline int decide(struct xdp_md *ctx, enum packet_counter *counter)
{
	struct frame frame = {};
	__u64 now_ns;
	bool is_tunnelled;
	bool alive;
	int verdict;

	*counter = COUNTER_PASSED;
	if (!find_ipv4(ctx, &frame)) {
		verdict = decide6(ctx, counter);
		if (verdict == CONTINUE)
			verdict = begin6(ctx, coarse_now_ns(), counter);
		return verdict == CONTINUE ? punt(ctx, counter) : verdict;
	}
	if (!addressed_to_us(frame.eth) || !may_be_ours4(frame.ip->daddr))
		return XDP_PASS;
	now_ns = coarse_now_ns();
	alive = !stalled(now_ns);
	/* A known flow is ours without asking for its prefix. */
	if (alive && plain(ctx, &frame)) {
		/* Flows of either kind first: what is relayed is rarer. */
		verdict = may_cross(frame.ip->daddr) ? to_ipv6(ctx, &frame, now_ns, counter) : CONTINUE;
		if (verdict == CONTINUE)
			verdict = forward(ctx, &frame, true, now_ns, counter);
		if (verdict == CONTINUE)
			verdict = relay4(ctx, &frame, now_ns, counter);
		if (verdict != CONTINUE)
			return verdict;
	}
	is_tunnelled = tunnelled(ctx, &frame);
	if (!is_tunnelled && !ours(ctx, &frame))
		return XDP_PASS;
	if (!alive) {
		*counter = COUNTER_DROP_AGENT_STALLED;
		return XDP_DROP;
	}
	verdict = is_tunnelled ? out_of_tunnel(ctx, now_ns, counter) : begin4(ctx, now_ns, counter);
	return verdict == CONTINUE ? punt(ctx, counter) : verdict;
}

/* Only in the fabric's VLAN; what leaves has its tag and no priority. */
static __always_inline int decide_tagged(struct xdp_md *ctx, enum packet_counter *counter)
{
	__be16 tag;
	int verdict;

	*counter = COUNTER_PASSED;
	if (!take_tag(ctx, config.vlan, &tag))
		return XDP_PASS;
	verdict = decide(ctx, counter);
	if (verdict == XDP_DROP || *counter == COUNTER_PUNTED)
		return verdict;
	return put_tag(ctx, *counter == COUNTER_PASSED ? tag : config.vlan) ? verdict : XDP_ABORTED;
}

SEC("xdp")
int hyperplane(struct xdp_md *ctx)
{
	enum packet_counter counter;
	int verdict = config.vlan ? decide_tagged(ctx, &counter) : decide(ctx, &counter);
	__u32 zero = 0;
	struct packet_counts *counts = bpf_map_lookup_elem(&packet_counts, &zero);

	if (counts && counter < PACKET_COUNTERS) {
		counts->frames[COUNTER_RECEIVED]++;
		counts->frames[counter]++;
	}
	return verdict;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
