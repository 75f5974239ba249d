// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Measures a program with BPF_PROG_TEST_RUN: each repetition gets a frame of
 * another flow, whatever the one before left, and goes on with the program.
 * Nothing here runs on a node.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "frame6.h"
#include "ip_checksum.h"
#include "hyperplane.h"

#define FLOWS_PER_ADDRESS 32768
#define FIRST_PORT 1024
/* Knuth's multiplier: consecutive numbers come out far apart, so that no cache helps by order. */
#define SPREAD 2654435761u

const volatile struct {
	__be32 destination;
	/* Of the first client, host order; of client6 the last word. */
	__u32 client;
	__be16 port;
	__u16 frame_bytes;
	__u32 flow_count;
	struct address destination6;
	struct address client6;
	__u32 tcp_flags;
} testrun;

__u32 runs;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} under_test SEC(".maps");

/* The flow map's kind and size, for the bare look-up. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow_key4);
	__type(value, struct flow_entry4);
} bare_flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow_key6);
	__type(value, struct flow_entry6);
} bare_flows6 SEC(".maps");

struct tcp_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

struct tcp_frame6 {
	struct ethhdr eth;
	struct ipv6hdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static __always_inline void write_ethernet(struct ethhdr *eth, __u16 type)
{
	__builtin_memset(eth->h_dest, 2, ETH_ALEN);
	__builtin_memset(eth->h_source, 4, ETH_ALEN);
	eth->h_proto = bpf_htons(type);
}

static __always_inline void write_tcp(void *segment, __u32 flow)
{
	struct tcphdr *tcp = segment;

	tcp->source = bpf_htons(FIRST_PORT + flow % FLOWS_PER_ADDRESS);
	tcp->dest = testrun.port;
	/* Header of 20 octets. */
	*((__u8 *)tcp + 12) = 0x50;
	*((__u8 *)tcp + 13) = testrun.tcp_flags;
}

static __always_inline void write(struct tcp_frame *frame, __u32 flow)
{
	write_ethernet(&frame->eth, ETH_P_IP);
	*(__u8 *)&frame->ip = IPV4_NO_OPTIONS;
	frame->ip.tos = 0;
	frame->ip.tot_len = bpf_htons(testrun.frame_bytes - sizeof(frame->eth));
	frame->ip.id = 0;
	frame->ip.frag_off = 0;
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_TCP;
	frame->ip.check = 0;
	frame->ip.saddr = bpf_htonl(testrun.client + flow / FLOWS_PER_ADDRESS);
	frame->ip.daddr = testrun.destination;
	frame->ip.check = ip_checksum(&frame->ip);
	write_tcp((void *)frame + sizeof(frame->eth) + sizeof(frame->ip), flow);
}

static __always_inline void write6(struct tcp_frame6 *frame, __u32 flow)
{
	struct address destination;
	struct address source;

	/* Word by word: the compiler takes a whole struct for the zeros that stand in the source. */
	for (int i = 0; i < 4; i++) {
		destination.words[i] = testrun.destination6.words[i];
		source.words[i] = testrun.client6.words[i];
	}

	write_ethernet(&frame->eth, ETH_P_IPV6);
	__builtin_memset(&frame->ip, 0, sizeof(frame->ip));
	*(__u8 *)&frame->ip = 0x60;
	frame->ip.payload_len = bpf_htons(testrun.frame_bytes - sizeof(frame->eth) - sizeof(frame->ip));
	frame->ip.nexthdr = IPPROTO_TCP;
	frame->ip.hop_limit = 64;
	source.words[3] = bpf_htonl(testrun.client + flow / FLOWS_PER_ADDRESS);
	__builtin_memcpy(&frame->ip.saddr, &source, sizeof(source));
	__builtin_memcpy(&frame->ip.daddr, &destination, sizeof(destination));
	write_tcp((void *)frame + sizeof(frame->eth) + sizeof(frame->ip), flow);
}

/*
 * What the repetition before put in front of the frame goes again, and what it took away comes back; asked of the
 * kernel even when there is nothing to do, so that it costs every program the same.
 */
static __always_inline bool begin(struct xdp_md *ctx, __u32 *flow)
{
	__u64 bytes = (__u64)ctx->data_end - (__u64)ctx->data;

	/* Else the compiler subtracts halves of pointers, which the verifier refuses. */
	asm volatile("" : "+r"(bytes));
	*flow = ((__u64)(runs++ * SPREAD) * testrun.flow_count) >> 32;
	return !bpf_xdp_adjust_head(ctx, (int)bytes - testrun.frame_bytes);
}

SEC("xdp")
int walk(struct xdp_md *ctx)
{
	struct tcp_frame *frame;
	__u32 flow;

	if (!begin(ctx, &flow))
		return XDP_ABORTED;
	frame = (void *)(long)ctx->data;
	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	write(frame, flow);
	bpf_tail_call(ctx, &under_test, 0);
	return XDP_ABORTED;
}

SEC("xdp")
int walk6(struct xdp_md *ctx)
{
	struct tcp_frame6 *frame;
	__u32 flow;

	if (!begin(ctx, &flow))
		return XDP_ABORTED;
	frame = (void *)(long)ctx->data;
	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	write6(frame, flow);
	bpf_tail_call(ctx, &under_test, 0);
	return XDP_ABORTED;
}

/* What every measured program costs beside its own work. */
SEC("xdp")
int nothing(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_TX;
}

SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	return bpf_redirect(ctx->ingress_ifindex, 0);
}

static __always_inline bool read_key(struct xdp_md *ctx, struct flow_key4 *key)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > (void *)(long)ctx->data_end)
		return false;
	key->source = ip->saddr;
	key->destination = ip->daddr;
	key->source_port = tcp->source;
	key->destination_port = tcp->dest;
	key->protocol = ip->protocol;
	return true;
}

SEC("xdp")
int look_up(struct xdp_md *ctx)
{
	struct flow_key4 key;

	if (!read_key(ctx, &key))
		return XDP_ABORTED;
	return bpf_map_lookup_elem(&bare_flows, &key) ? XDP_TX : XDP_DROP;
}

/* An IPv4 frame in the map of flows that have to do with IPv6. */
SEC("xdp")
int look_up_mapped(struct xdp_md *ctx)
{
	struct flow_key4 key4;
	struct flow_key6 key;

	if (!read_key(ctx, &key4))
		return XDP_ABORTED;
	map_key(&key, &key4);
	return bpf_map_lookup_elem(&bare_flows6, &key) ? XDP_TX : XDP_DROP;
}

SEC("xdp")
int look_up6(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ipv6hdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct flow_key6 key;

	if ((void *)(tcp + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(&key.source, &ip->saddr, sizeof(key.source));
	__builtin_memcpy(&key.destination, &ip->daddr, sizeof(key.destination));
	key.source_port = tcp->source;
	key.destination_port = tcp->dest;
	key.protocol = ip->nexthdr;
	return bpf_map_lookup_elem(&bare_flows6, &key) ? XDP_TX : XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
